#!/bin/sh
echo rollback $THRESH_LEVEL $1 >>called
