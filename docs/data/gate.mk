# usage: make -f gate.mk [DATA=FOLDER] [PROFILE=NAME]
DATA    = .
PROFILE = $(DATA)/intents.yaml
VERDICT = /tmp/thresh-make.json

.PHONY: gate
gate:
	@thresh profiles prove $(PROFILE) $(DATA)/original.json > /tmp/thresh-prove.txt
	@thresh eval $(DATA)/original.json $(DATA)/int8.json --profile $(PROFILE) \
	    -o text -o json:$(VERDICT) --quiet
