/* Writes to standard output or to a pager. */
#include "pager.h"

#include "terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than any pipe holds: once so much is gone, a pager has read of it. */
enum { SENT_MOST = 1024 * 1024 };

/* What a shell says of a command that it cannot start. */
enum { SHELL_CANNOT_RUN = 126, SHELL_NOT_FOUND = 127 };

static enum status
write_all(struct pager *pager, int fd, const uint8_t *bytes, size_t size,
    struct error *error)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE && pager->process) {
			pager->left = true;
			return STATUS_END;
		}
		if (n < 0)
			return error_set(error, STATUS_IO,
			    "the output could not be written: %s",
			    strerror(errno));
		bytes += n;
		size -= (size_t)n;
	}
	return STATUS_OK;
}

/* The command to run, or NULL.  A terminal that knows no more than lines is
 * left to scroll by itself. */
static const char *
pager_command(void)
{
	const char *command = getenv("QUIRE_PAGER"), *term = getenv("TERM");

	if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0)
		return NULL;
	if (command == NULL)
		command = getenv("PAGER");
	if (command == NULL)
		command = "less";
	return command[0] && strcmp(command, "cat") != 0 ? command : NULL;
}

/* Output goes straight to the terminal if no pager can be started. */
static void
start(struct pager *pager)
{
	const char *command = pager_command();
	int ends[2];
	pid_t process;

	pager->height = 0;
	if (command == NULL || pipe(ends) != 0)
		return;
	/* A pager that is left early must end neither us nor our status. */
	signal(SIGPIPE, SIG_IGN);
	process = fork();
	if (process == 0) {
		signal(SIGPIPE, SIG_DFL);
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		setenv("LESS", "FRX", 0);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	if (process < 0) {
		close(ends[1]);
		return;
	}
	pager->process = process;
	pager->command = command;
	pager->fd = ends[1];
}

static size_t
count_lines(const struct buffer *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->size; i++)
		n += text->bytes[i] == '\n';
	return n;
}

/* Waits for the pager; whether it was never one. */
static bool
has_failed(struct pager *pager)
{
	int code = 0;

	close(pager->fd);
	while (waitpid(pager->process, &code, 0) < 0 && errno == EINTR)
		;
	pager->process = 0;
	return WIFEXITED(code) &&
	    (WEXITSTATUS(code) == SHELL_CANNOT_RUN ||
	        WEXITSTATUS(code) == SHELL_NOT_FOUND) &&
	    pager->sent.size <= SENT_MOST;
}

/* What a pager that could not be started was sent goes out plainly, and so
 * does what follows. */
static enum status
go_without(struct pager *pager, struct error *error)
{
	struct buffer line = {0};
	enum status status;

	buffer_append_string(&line, "note: the pager \"");
	terminal_add_text(&line, pager->command, strlen(pager->command));
	buffer_append_string(&line, "\" could not be started\n");
	fputs(buffer_string(&line), stderr);
	buffer_free(&line);
	pager->left = false;
	status = write_all(pager, STDOUT_FILENO, pager->sent.bytes,
	    pager->sent.size, error);
	buffer_clear(&pager->sent);
	return status;
}

/* Writes what is held; a copy stays until the pager must have read. */
static enum status
write_held(struct pager *pager, struct error *error)
{
	struct buffer *held = &pager->held;
	enum status status;

	if (pager->process && pager->sent.size <= SENT_MOST)
		buffer_append(&pager->sent, held->bytes, held->size);
	status = write_all(pager, pager->process ? pager->fd : STDOUT_FILENO,
	    held->bytes, held->size, error);
	buffer_clear(held);
	if (status == STATUS_END && has_failed(pager))
		status = go_without(pager, error);
	return status;
}

enum status
pager_write(struct pager *pager, struct buffer *text, struct error *error)
{
	if (pager->left)
		return STATUS_END;
	buffer_append(&pager->held, text->bytes, text->size);
	if (pager->height > 0) {
		pager->n_lines += count_lines(text);
		if (pager->n_lines >= pager->height)
			start(pager);
	}
	buffer_clear(text);
	return pager->height > 0 ? STATUS_OK : write_held(pager, error);
}

enum status
pager_close(struct pager *pager, struct error *error)
{
	struct buffer nothing = {0};
	enum status status;

	pager->height = 0;
	status = pager_write(pager, &nothing, error);
	if (pager->process && has_failed(pager))
		status = go_without(pager, error);
	buffer_free(&pager->held);
	buffer_free(&pager->sent);
	return status == STATUS_END ? STATUS_OK : status;
}
