/* What a terminal is sent: safe text, lines, colours, links. */
#include "support.h"
#include "terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
check_safe(const char *text, size_t length, const char *expected)
{
	struct buffer out = {0};

	terminal_add_text(&out, text, length);
	ck_assert_str_eq(buffer_string(&out), expected);
	buffer_free(&out);
}

START_TEST(control_characters_never_come_through)
{
	check_safe("plain", 5, "plain");
	check_safe("a\tb\nc\rd", 7, "a b c d");
	check_safe("\033[31mred", 8, "␛[31mred");
	check_safe("a\0b\007c\177d", 7, "abcd");
	check_safe("\302\233" "31m\302\205x", 8, "31mx");
	check_safe("a\342\200\256b\342\201\246c\330\234d", 12, "abcd");
	check_safe("a\377b\342\202", 5, "a\357\277\275b\357\277\275\357\277\275");
	check_safe("naïve 東京", strlen("naïve 東京"), "naïve 東京");
}
END_TEST

/* Whether a byte or a C1 character could drive a terminal. */
static bool
is_harmless(const struct buffer *out)
{
	for (size_t i = 0; i < out->size; i++) {
		uint8_t byte = out->bytes[i];

		if (byte < 0x20 || byte == 0x7F)
			return false;
		if (byte == 0xC2 && i + 1 < out->size &&
		    out->bytes[i + 1] < 0xA0)
			return false;
	}
	return true;
}

START_TEST(random_bytes_become_harmless)
{
	uint64_t seed = support_seed("terminal");

	for (int round = 0; round < 20000; round++) {
		char text[64];
		struct buffer out = {0};
		size_t n = support_below(&seed, sizeof(text));

		for (size_t i = 0; i < n; i++)
			text[i] = (char)support_below(&seed, 256);
		terminal_add_text(&out, text, n);
		ck_assert(is_harmless(&out));
		ck_assert_uint_eq(terminal_columns(text, n),
		    terminal_columns((const char *)out.bytes, out.size));
		buffer_free(&out);
	}
}
END_TEST

static struct marked_text
text_of(const char *text, struct mark *marks, size_t n)
{
	return (struct marked_text){
	    .text = text, .length = strlen(text), .marks = marks, .n_marks = n};
}

static struct terminal
terminal_of(size_t width, bool colour)
{
	struct terminal terminal = {
	    .width = width, .colour = colour, .links = colour};

	strcpy(terminal.styles[STYLE_MATCH], "1;33");
	strcpy(terminal.styles[STYLE_TITLE], "1");
	return terminal;
}

START_TEST(lines_end_at_the_last_blank_that_fits)
{
	struct terminal terminal = terminal_of(24, false);
	struct marked_text text =
	    text_of("the harbour bridge was closed again", NULL, 0);
	struct buffer out = {0};

	terminal_add_wrapped(&terminal, &text, 4, STYLE_PLAIN, NULL, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "the harbour bridge\n    was closed again\n");
	buffer_free(&out);
}
END_TEST

START_TEST(what_has_too_many_lines_is_cut_with_a_sign)
{
	struct terminal terminal = terminal_of(24, false);
	struct marked_text text =
	    text_of("the harbour bridge was closed again today", NULL, 0);
	struct buffer out = {0};

	terminal_add_lines(&terminal, &text, 4, STYLE_PLAIN, NULL, 3, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "the harbour bridge\n    was closed again\n    today\n");
	buffer_clear(&out);
	terminal_add_lines(&terminal, &text, 4, STYLE_PLAIN, NULL, 2, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "the harbour bridge\n    was closed again …\n");
	buffer_clear(&out);
	terminal.width = 22;
	terminal_add_lines(&terminal, &text, 4, STYLE_PLAIN, NULL, 1, &out);
	ck_assert_str_eq(buffer_string(&out), "the harbour …\n");
	buffer_free(&out);
}
END_TEST

START_TEST(what_has_no_blanks_is_cut_at_the_width)
{
	struct terminal terminal = terminal_of(20, false);
	struct marked_text latin = text_of("abcdefghijklmnopqrstuvwxyz", NULL, 0);
	struct marked_text wide = text_of("東京都東京都東京都東京都", NULL, 0);
	struct buffer out = {0};

	terminal_add_wrapped(&terminal, &latin, 4, STYLE_PLAIN, NULL, &out);
	ck_assert_str_eq(
	    buffer_string(&out), "abcdefghijklmnop\n    qrstuvwxyz\n");
	buffer_clear(&out);
	terminal_add_wrapped(&terminal, &wide, 4, STYLE_PLAIN, NULL, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "東京都東京都東京\n    都東京都\n");
	buffer_free(&out);
}
END_TEST

START_TEST(exactly_the_marks_are_coloured)
{
	struct terminal terminal = terminal_of(30, true);
	struct mark marks[] = {{4, 11, 0}, {12, 18, 1}};
	struct marked_text text = text_of("the harbour bridge", marks, 2);
	struct buffer out = {0};

	terminal_add_wrapped(&terminal, &text, 0, STYLE_PLAIN, NULL, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "the \033[1;33mharbour\033[0m \033[1;33mbridge\033[0m\n");
	buffer_clear(&out);
	terminal.colour = false;
	terminal_add_wrapped(&terminal, &text, 0, STYLE_TITLE, NULL, &out);
	ck_assert_str_eq(buffer_string(&out), "the harbour bridge\n");
	buffer_free(&out);
}
END_TEST

START_TEST(a_mark_over_a_line_end_goes_on_in_the_next_line)
{
	struct terminal terminal = terminal_of(20, true);
	struct mark marks[] = {{4, 27, 0}};
	struct marked_text text =
	    text_of("the harbour bridge tower stands", marks, 1);
	struct buffer out = {0};

	terminal_add_wrapped(&terminal, &text, 2, STYLE_PLAIN, NULL, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "the \033[1;33mharbour bridge\033[0m\n"
	    "  \033[1;33mtower st\033[0mands\n");
	buffer_free(&out);
}
END_TEST

START_TEST(random_texts_never_pass_the_width)
{
	static const char *const pieces[] = {
	    "a", "word", " ", "東", "é", "\033", "longerword", "\377", "  "};
	uint64_t seed = support_seed("terminal_wrap");

	for (int round = 0; round < 5000; round++) {
		struct terminal terminal =
		    terminal_of(20 + support_below(&seed, 30), false);
		struct buffer text = {0}, out = {0};
		struct marked_text whole;
		char *line;

		for (uint32_t n = support_below(&seed, 60); n > 0; n--)
			buffer_append_string(
			    &text, pieces[support_below(&seed, 9)]);
		whole = text_of(buffer_string(&text), NULL, 0);
		terminal_add_wrapped(
		    &terminal, &whole, 4, STYLE_PLAIN, NULL, &out);
		buffer_string(&out);
		for (line = strtok((char *)out.bytes, "\n"); line;
		     line = strtok(NULL, "\n"))
			ck_assert_uint_le(terminal_columns(line, strlen(line)),
			    terminal.width);
		buffer_free(&text);
		buffer_free(&out);
	}
}
END_TEST

/* A file descriptor that is no terminal. */
static void
open_with(const char *variable, const char *value, enum terminal_when when,
    struct terminal *terminal)
{
	int fd = open("/dev/null", O_WRONLY);

	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	unsetenv("QUIRE_COLORS");
	if (variable)
		setenv(variable, value, 1);
	terminal_open(terminal, fd, when, WHEN_AUTO);
	close(fd);
}

START_TEST(colour_is_chosen_as_the_conventions_say)
{
	struct terminal terminal;

	open_with(NULL, NULL, WHEN_AUTO, &terminal);
	ck_assert(!terminal.colour && !terminal.links);
	ck_assert_uint_eq(terminal.width, 80);
	open_with("CLICOLOR_FORCE", "1", WHEN_AUTO, &terminal);
	ck_assert(terminal.colour && !terminal.links);
	setenv("NO_COLOR", "1", 1);
	terminal_open(&terminal, -1, WHEN_AUTO, WHEN_AUTO);
	ck_assert(!terminal.colour);
	terminal_open(&terminal, -1, WHEN_ALWAYS, WHEN_ALWAYS);
	ck_assert(terminal.colour && terminal.links);
	open_with("CLICOLOR_FORCE", "1", WHEN_NEVER, &terminal);
	ck_assert(!terminal.colour);
}
END_TEST

START_TEST(quire_colors_changes_only_what_it_names_and_only_to_numbers)
{
	struct terminal terminal;

	open_with("QUIRE_COLORS", "mt=7:ti=\033x:xx=1:me=", WHEN_ALWAYS,
	    &terminal);
	ck_assert_str_eq(terminal.styles[STYLE_MATCH], "7");
	ck_assert_str_eq(terminal.styles[STYLE_TITLE], "1");
	ck_assert_str_eq(terminal.styles[STYLE_META], "");
	ck_assert_str_eq(terminal.styles[STYLE_RANK], "2");
}
END_TEST

START_TEST(links_are_percent_encoded)
{
	struct buffer link = {0};

	ck_assert(terminal_make_link(
	    "https://example.org/a b\033\\x?q=1#é", NULL, &link));
	ck_assert_str_eq(buffer_string(&link),
	    "https://example.org/a%20b%1B%5Cx?q=1#%C3%A9");
	ck_assert(!terminal_make_link("javascript:alert(1)", NULL, &link));
	ck_assert(!terminal_make_link(NULL, "/nowhere/at/all", &link));
	buffer_clear(&link);
	ck_assert(terminal_make_link(NULL, "/dev/null", &link));
	ck_assert(strncmp(buffer_string(&link), "file://", 7) == 0);
	ck_assert(strstr(buffer_string(&link), "/dev/null") != NULL);
	buffer_free(&link);
}
END_TEST

START_TEST(numbers_are_parted_by_thousands)
{
	char text[TERMINAL_NUMBER_MAX];

	ck_assert_str_eq(terminal_number(0, text), "0");
	ck_assert_str_eq(terminal_number(999, text), "999");
	ck_assert_str_eq(terminal_number(1204, text), "1,204");
	ck_assert_str_eq(
	    terminal_number(UINT64_MAX, text), "18,446,744,073,709,551,615");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("terminal");
	TCase *tcase = tcase_create("terminal");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, control_characters_never_come_through);
	tcase_add_test(tcase, random_bytes_become_harmless);
	tcase_add_test(tcase, lines_end_at_the_last_blank_that_fits);
	tcase_add_test(tcase, what_has_too_many_lines_is_cut_with_a_sign);
	tcase_add_test(tcase, what_has_no_blanks_is_cut_at_the_width);
	tcase_add_test(tcase, exactly_the_marks_are_coloured);
	tcase_add_test(
	    tcase, a_mark_over_a_line_end_goes_on_in_the_next_line);
	tcase_add_test(tcase, random_texts_never_pass_the_width);
	tcase_add_test(tcase, colour_is_chosen_as_the_conventions_say);
	tcase_add_test(tcase,
	    quire_colors_changes_only_what_it_names_and_only_to_numbers);
	tcase_add_test(tcase, links_are_percent_encoded);
	tcase_add_test(tcase, numbers_are_parted_by_thousands);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
