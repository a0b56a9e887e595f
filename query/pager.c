/* Writes to standard output or to a pager. */
#include "pager.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* The command to run, or NULL. */
static const char *
pager_command(void)
{
	const char *command = getenv("QUIRE_PAGER");

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

enum status
pager_write(struct pager *pager, struct buffer *text, struct error *error)
{
	enum status status = STATUS_OK;

	if (pager->left)
		return STATUS_END;
	buffer_append(&pager->held, text->bytes, text->size);
	if (pager->height > 0) {
		pager->n_lines += count_lines(text);
		if (pager->n_lines >= pager->height)
			start(pager);
	}
	buffer_clear(text);
	if (pager->height > 0)
		return STATUS_OK;
	status = write_all(pager, pager->process ? pager->fd : STDOUT_FILENO,
	    pager->held.bytes, pager->held.size, error);
	buffer_clear(&pager->held);
	return status;
}

enum status
pager_close(struct pager *pager, struct error *error)
{
	struct buffer nothing = {0};
	enum status status;
	int code;

	pager->height = 0;
	status = pager_write(pager, &nothing, error);
	if (pager->process) {
		close(pager->fd);
		while (waitpid(pager->process, &code, 0) < 0 && errno == EINTR)
			;
		pager->process = 0;
	}
	buffer_free(&pager->held);
	return status == STATUS_END ? STATUS_OK : status;
}
