/** @file thresh.h  The whole library. */
#ifndef THRESH_H
#define THRESH_H
#include <thresh/base.h>
#include <thresh/bootstrap.h>
#include <thresh/calibrate.h>
#include <thresh/input.h>
#include <thresh/language.h>
#include <thresh/judge.h>
#include <thresh/metric.h>
#include <thresh/pairing.h>
#include <thresh/plan.h>
#include <thresh/power.h>
#include <thresh/profile.h>
#include <thresh/proportions.h>
#include <thresh/rank.h>
#include <thresh/ranks.h>
#include <thresh/regression.h>
#include <thresh/report.h>
#include <thresh/rivals.h>
#include <thresh/roi.h>
#include <thresh/roi_model.h>
#include <thresh/samples.h>
#include <thresh/score.h>
#include <thresh/scores.h>
#include <thresh/sequential.h>
#include <thresh/stats.h>
#endif
