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

PACKAGES := gcc libc6-dev liblmdb-dev libstemmer-dev zlib1g-dev libbz2-dev \
	liblzma-dev libzstd-dev libutf8proc-dev libxxhash-dev unicode-data
TEST_PACKAGES := check pkg-config libjson-c-dev libarchive-dev snowball-data \
	wfrench wportuguese wngerman wspanish zstd bzip2 xz-utils procps

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings
OPTIMIZE ?= -O3 -g
SANITIZE ?=

# What makes an error of memory end a program instead of serving whoever feeds
# it; row_hardening.sh of tests/trust reads it back from the programs.  A
# sanitizer brings its own, and FORTIFY needs an optimizing compiler.
ON_X86 := $(filter x86_64% i%86%,$(shell $(CC) -dumpmachine))
HARDEN_C ?= $(if $(SANITIZE),,-fstack-protector-strong \
	-fstack-clash-protection $(if $(ON_X86),-fcf-protection) \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack

CFLAGS_ALL = -std=c11 $(OPTIMIZE) $(WARNINGS) $(SANITIZE) -fPIE $(HARDEN_C) \
	-ffp-contract=off -pthread $(CFLAGS)
CPPFLAGS_ALL = -D_GNU_SOURCE -DQUIRE_VERSION='"$(VERSION)"' -Iinclude \
	-I$(BUILD)/generated $(CPPFLAGS)
LDFLAGS_ALL = $(SANITIZE) $(HARDEN_LD) -pthread $(LDFLAGS)
LIBRARIES := -llmdb -lstemmer -lz -lbz2 -llzma -lzstd -lutf8proc -lxxhash -lm

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
common_o := $(call objects,common/*.c common/text/*.c common/store/*.c)
indexer_o := $(filter-out %/main.o,$(call objects,indexer/*.c))
query_o := $(filter-out %/main.o,$(call objects,query/*.c))
bench_o := $(call objects,bench/*.c)
support_o := $(call objects,tests/support*.c)
unit_tests := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
shell_tests := $(sort $(wildcard tests/*_test.sh))
programs := $(BUILD)/quire-index $(BUILD)/quire-query
JOBS ?= $(shell nproc)

.PHONY: all help deps demo test test-programs trust trust-programs torture sanitize tsan \
	fuzz fuzz-programs coverage layers install clean warnings bench instructions
.SECONDARY:

all: $(programs)

help:
	@echo 'make            the two programs, in $(BUILD)/'
	@echo 'make demo       index the fixtures and search them'
	@echo 'make test       every test'
	@echo 'make trust      kills, power cuts, full disks and failing calls, a table'
	@echo 'make torture    ROW=row_NAME MINUTES=n: one of these again and again, added up'
	@echo 'make sanitize   the tests under the address and undefined-behaviour sanitizers'
	@echo 'make tsan       the tests under the thread sanitizer'
	@echo 'make fuzz       libFuzzer targets, in build-fuzz/; tests/trust/row_fuzz.sh runs them'
	@echo 'make coverage   which branches the tests take; $(BUILD)-coverage/coverage.log'
	@echo 'make bench      $(BUILD)/quire-bench, which measures; bench/bench.sh measures all'
	@echo 'make instructions  counts those of fixed work, and says what became dearer'
	@echo 'make layers     what each layer may see'
	@echo 'make warnings   gcc and clang, every warning an error'
	@echo 'make install    PREFIX=$(PREFIX), DESTDIR'
	@echo 'make deps       what is missing, by apt'

# A stamp says that the packages are there, so that apt is asked once.
$(BUILD)/deps.stamp: common/deps.sh Makefile
	@sh common/deps.sh $(PACKAGES)
	@mkdir -p $(@D) && touch $@

$(BUILD)/test-deps.stamp: common/deps.sh Makefile
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)
	@mkdir -p $(@D) && touch $@

deps:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)

include common/text/rules.mk

$(BUILD)/%.o: %.c Makefile | $(BUILD)/deps.stamp
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: CPPFLAGS_ALL += -Iindexer -Iquery -Icommon -Itests
$(BUILD)/tests/%.o: | $(BUILD)/test-deps.stamp

$(BUILD)/quire-index: $(BUILD)/indexer/main.o $(indexer_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES)

$(BUILD)/quire-query: $(BUILD)/query/main.o $(query_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES)

$(BUILD)/bench/%.o: CPPFLAGS_ALL += -Iquery

$(BUILD)/quire-bench: $(bench_o) $(query_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES)

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(support_o) $(indexer_o) $(query_o) $(common_o)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES) -ljson-c -larchive \
		$$(pkg-config --libs check)

demo:
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@sh fixtures/demo.sh $(BUILD)

# The driver runs quire-index, so it is of no use alone.
bench: $(programs) $(BUILD)/quire-bench

instructions:
	@$(MAKE) --no-print-directory -j$(JOBS) bench
	@sh bench/instructions.sh $(BUILD)

test-programs: bench $(unit_tests) $(BUILD)/fuzz/replay

test:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) test-programs
	@$(MAKE) --no-print-directory layers
	@sh tests/run.sh $(BUILD) $(JOBS) $(unit_tests) $(shell_tests)

# Every row of tests/trust is a program; the library beside them is preloaded
# into the programs that they try.
trust_parts := $(call objects,$(filter-out tests/trust/row_% \
	tests/trust/shim%,$(wildcard tests/trust/*.c)))
trust_rows := $(patsubst tests/trust/%.c,$(BUILD)/trust/%,$(wildcard tests/trust/row_*.c))

$(BUILD)/tests/trust/%.o: CPPFLAGS_ALL += -Itests/trust

$(BUILD)/trust/row_%: $(BUILD)/tests/trust/row_%.o $(trust_parts) $(support_o) \
		$(indexer_o) $(query_o) $(common_o)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARIES) -ljson-c \
		$$(pkg-config --libs check)

$(BUILD)/trust/shim.so: $(wildcard tests/trust/shim*.[ch]) Makefile
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=c11 -O2 -g $(WARNINGS) -fPIC -shared \
		-o $@ $(filter %.c,$^)

trust-programs: $(programs) $(trust_rows) $(BUILD)/trust/shim.so

TRUST_PACKAGES := xfsprogs e2fsprogs
trust:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES) $(TRUST_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) trust-programs
	@sh tests/trust/run.sh $(BUILD) $(ROWS)

torture:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) trust-programs
	@sh tests/trust/torture.sh $(BUILD) '$(ROW)' '$(MINUTES)'

# Fuzzing: build-fuzz/fuzz/NAME is libFuzzer around one target of tests/fuzz.
# Seals are believed there, so that decoders meet damaged bytes, and what LMDB
# finds passes through tests/fuzz/base.c.
FUZZ_PACKAGES := clang llvm libclang-rt-14-dev
fuzz_names := $(patsubst tests/fuzz/target_%.c,%,$(wildcard tests/fuzz/target_*.c))
fuzz_mains := entry replay seeds crafted
fuzz_o := $(filter-out $(addsuffix .o,$(addprefix %/,$(fuzz_mains))),$(call objects,tests/fuzz/*.c))
fuzz_wrap := -Wl,--wrap=mdb_get -Wl,--wrap=mdb_cursor_get -Wl,--wrap=_exit \
	-Wl,--wrap=verify_pages
fuzz_programs := $(fuzz_names:%=$(BUILD)/fuzz/%) $(BUILD)/fuzz/seeds \
	$(BUILD)/fuzz/replay $(BUILD)/fuzz/crafted
fuzz_link = $(CC) $(LDFLAGS_ALL) $(fuzz_wrap) -o $@ $^ $(LIBRARIES) -ljson-c \
	$$(pkg-config --libs check)
fuzz_parts := $(fuzz_o) $(support_o) $(indexer_o) $(query_o) $(common_o)

fuzz:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES) $(FUZZ_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build-fuzz CC=clang \
		OPTIMIZE='-O1 -g' CPPFLAGS='-DQUIRE_BELIEVE_SEALS' \
		SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' \
		fuzz-programs

fuzz-programs: $(fuzz_programs)

$(BUILD)/tests/fuzz/%.o: CPPFLAGS_ALL += -Itests/fuzz -Icommon/text

$(BUILD)/fuzz/entry_%.o: tests/fuzz/entry.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) -Itests/fuzz -DFUZZ_TARGET=fuzz_$* $(CFLAGS_ALL) -c -o $@ $<

$(BUILD)/fuzz/seeds $(BUILD)/fuzz/replay $(BUILD)/fuzz/crafted: \
		$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(fuzz_parts)
	@mkdir -p $(@D)
	$(fuzz_link)

$(BUILD)/fuzz/%: $(BUILD)/fuzz/entry_%.o $(fuzz_parts)
	$(fuzz_link) -fsanitize=fuzzer

# Every test runs under the sanitizers, those that take minutes with fewer
# rounds, and Check waits longer for each.  tests/run.sh keeps what is found;
# the UBSan of gcc heeds that beside ASan only if both are linked statically,
# as clang does anyway.
SLOWLY := QUIRE_QUERIES=140 QUIRE_WORDS=2000 QUIRE_FLIPS=140 QUIRE_KILLS=8 \
	CK_TIMEOUT_MULTIPLIER=8
CLANG = $(findstring clang,$(shell $(CC) --version))
sanitize: LINK_STATICALLY = $(if $(CLANG),,-static-libasan -static-libubsan)
sanitize:
	@$(SLOWLY) $(MAKE) --no-print-directory \
		BUILD=build-sanitize$(if $(CLANG),-clang) OPTIMIZE='-O1 -g' \
		SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' \
		LDFLAGS='$(strip $(LINK_STATICALLY) $(LDFLAGS))' test

tsan:
	@$(SLOWLY) $(MAKE) --no-print-directory \
		BUILD=build-tsan OPTIMIZE='-O1 -g' \
		SANITIZE='-fsanitize=thread' test

coverage:
	@sh common/deps.sh $(PACKAGES) $(TEST_PACKAGES)
	@sh tests/trust/coverage.sh $(BUILD)

# No layer may need a symbol of another that it must not see.
writes := mdb_put|mdb_del|mdb_drop|mdb_cursor_put|mdb_cursor_del|mdb_txn_commit|mdb_env_copy
words := tokenizer_|analyzer_|stop_words_|language_|utf8_|word_break_|sb_stemmer
needs = nm -u $(1) | awk '{ print $$NF }' | sort -u | grep -E '^($(2))' | \
	sed 's|^|$(3): |' >&2
layers: $(programs)
	@! { $(call needs,$(query_o) $(BUILD)/query/main.o $(common_o),$(writes),query can write); } 2>&1 | grep .
	@! { $(call needs,$(filter $(BUILD)/common/text/%,$(common_o)),mdb_,common/text sees LMDB); } 2>&1 | grep .
	@! { $(call needs,$(filter $(BUILD)/common/store/%,$(common_o)),$(words),common/store sees words); } 2>&1 | grep .
	@echo 'layers: query cannot write, common/text sees no LMDB, common/store sees no words'

warnings: $(programs)
	@for compiler in gcc clang; do for file in common/*.c common/*/*.c indexer/*.c query/*.c \
		bench/*.c tests/*.c tests/trust/*.c tests/fuzz/*.c; do \
		$$compiler $(CPPFLAGS_ALL) -Iindexer -Iquery -Icommon -Icommon/text -Itests -Itests/trust -Itests/fuzz -std=c11 -O2 \
		$(WARNINGS) -Werror -fsyntax-only $$file || exit 1; done; done
	@echo 'warnings: none, by gcc and clang'

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 755 $(programs) $(DESTDIR)$(PREFIX)/bin
	install -m 644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 docs/man/*.7 $(DESTDIR)$(PREFIX)/share/man/man7

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
