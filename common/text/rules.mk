# The tables of common/text, made from Debian's unicode-data.
HOSTCC ?= cc
UNICODE ?= /usr/share/unicode

$(BUILD)/word_tables: common/text/generator/word_tables.c \
		common/text/word_break.h | $(BUILD)/deps.stamp
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -O1 $(WARNINGS) -o $@ $<

$(BUILD)/generated/word_break_table.h: $(BUILD)/word_tables
	@mkdir -p $(@D)
	$(BUILD)/word_tables breaks $(UNICODE) >$@.part && mv $@.part $@

$(BUILD)/generated/simple_fold_table.h: $(BUILD)/word_tables
	@mkdir -p $(@D)
	$(BUILD)/word_tables folds $(UNICODE) >$@.part && mv $@.part $@

$(BUILD)/common/text/word_break.o: $(BUILD)/generated/word_break_table.h
$(BUILD)/common/text/normal.o: $(BUILD)/generated/simple_fold_table.h
