# Quire.  `make help` lists what can be made.
#
# The folder of a file is its layer, so the lists below are the architecture:
#   common/text   sees no LMDB           indexer/  links common/
#   common/store  sees no words          query/    links common/, and nothing
#   common        plumbing                         that can write an index
# `make layers` checks all of that on the object files.

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC ?= cc
VERSION := 0.1.0

PACKAGES := gcc make pkg-config liblmdb-dev libstemmer-dev check libjson-c-dev \
	libarchive-dev libzstd-dev libutf8proc-dev libxxhash-dev unicode-data
TEST_PACKAGES := snowball-data wfrench wportuguese wngerman wspanish zstd \
	bzip2 xz-utils mandoc tmux

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings
OPTIMIZE ?= -O2 -g
SANITIZE ?=
CFLAGS_ALL = -std=c11 $(OPTIMIZE) $(WARNINGS) $(SANITIZE) -ffp-contract=off -pthread $(CFLAGS)
CPPFLAGS_ALL = -D_GNU_SOURCE -DQUIRE_VERSION='"$(VERSION)"' -Iinclude \
	-I$(BUILD)/generated $(CPPFLAGS)
LDFLAGS_ALL = $(SANITIZE) -pthread $(LDFLAGS)
LIBRARIES := -llmdb -lstemmer -ljson-c -larchive -lzstd -lutf8proc -lxxhash -lm

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
common_o := $(call objects,common/*.c common/text/*.c common/store/*.c)
indexer_o := $(filter-out %/main.o,$(call objects,indexer/*.c))
query_o := $(filter-out %/main.o,$(call objects,query/*.c))
support_o := $(call objects,tests/support*.c)
unit_tests := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
shell_tests := $(sort $(wildcard tests/*_test.sh))

.PHONY: all help deps test-deps demo test unit-tests sanitize tsan layers \
	install clean warnings
.SECONDARY:

all: $(BUILD)/quire-index $(BUILD)/quire-query

help:
	@echo 'make            the two programs, in build/'
	@echo 'make demo       index the fixtures and search them'
	@echo 'make test       every test'
	@echo 'make sanitize   the tests under address and undefined-behaviour sanitizers'
	@echo 'make tsan       the tests under the thread sanitizer'
	@echo 'make install    PREFIX=$(PREFIX), DESTDIR'
	@echo 'make deps       what is missing, by apt'

# A stamp file says that the packages are there, so that apt is asked once.
$(BUILD)/deps.stamp: Makefile
	@sh common/deps.sh $(PACKAGES)
	@mkdir -p $(@D) && touch $@

$(BUILD)/test-deps.stamp: Makefile
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)
	@mkdir -p $(@D) && touch $@

deps:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)

-include common/text/rules.mk

$(BUILD)/%.o: %.c Makefile | $(BUILD)/deps.stamp
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: CPPFLAGS_ALL += -Iindexer -Iquery -Icommon -Itests

$(BUILD)/quire-index: $(BUILD)/indexer/main.o $(indexer_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES)

$(BUILD)/quire-query: $(BUILD)/query/main.o $(query_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES)

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(support_o) $(indexer_o) $(query_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES) \
		$$(pkg-config --libs check)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

clean:
	rm -rf $(BUILD)
