/* Faults in the map of a damaged index become a message. */
#include "faults.h"

#include <inttypes.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <ucontext.h>
#include <unistd.h>

enum { EXIT_DAMAGED = 3, MAX_RANGES = 4 };

/* A signal handler can be told nothing, so this is the one global state. */
static struct {
	uintptr_t map_start, map_end;
	struct {
		uintptr_t start, end;
	} code[MAX_RANGES];
	int n_code;
	char message[320];
	size_t message_size;
	bool active, installed;
} watch;

static _Noreturn void
say_damaged(void)
{
	if (write(STDERR_FILENO, watch.message, watch.message_size) < 0)
		_exit(EXIT_DAMAGED);
	_exit(EXIT_DAMAGED);
}

static uintptr_t
program_counter(const void *context)
{
#if defined(__x86_64__)
	const ucontext_t *machine = context;

	return (uintptr_t)machine->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	const ucontext_t *machine = context;

	return (uintptr_t)machine->uc_mcontext.pc;
#else
	(void)context;
	return 0;
#endif
}

/*
 * Where the function at the program counter returns to, if it has put nothing
 * on the stack: so it is in the memcpy of the C library, to which LMDB
 * hands what it took from a damaged page.
 */
static uintptr_t
return_address(const void *context)
{
#if defined(__x86_64__)
	const ucontext_t *machine = context;
	const uintptr_t *stack = (const uintptr_t *)
	    machine->uc_mcontext.gregs[REG_RSP];

	return *stack;
#elif defined(__aarch64__)
	const ucontext_t *machine = context;

	return (uintptr_t)machine->uc_mcontext.regs[30];
#else
	(void)context;
	return 0;
#endif
}

static bool
is_lmdb(uintptr_t counter)
{
	for (int i = 0; i < watch.n_code; i++)
		if (counter >= watch.code[i].start &&
		    counter < watch.code[i].end)
			return true;
	return false;
}

static void
on_fault(int signal_number, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;

	if (watch.active && ((address >= watch.map_start &&
	    address < watch.map_end) || is_lmdb(program_counter(context)) ||
	    is_lmdb(return_address(context))))
		say_damaged();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void
on_assertion(MDB_env *env, const char *text)
{
	(void)env;
	(void)text;
	say_damaged();
}

/* The lines of /proc/self/maps tell where the file is mapped. */
static void
find_map(int fd)
{
	struct stat file;
	char line[512];
	FILE *maps;

	watch.map_start = watch.map_end = 0;
	maps = fopen("/proc/self/maps", "re");
	if (!maps || fstat(fd, &file) != 0) {
		if (maps)
			fclose(maps);
		return;
	}
	while (fgets(line, sizeof line, maps)) {
		uintptr_t start, end;
		unsigned device_major, device_minor;
		unsigned long inode;

		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR
		    " %*s %*s %x:%x %lu", &start, &end, &device_major,
		    &device_minor, &inode) != 5 || inode != file.st_ino)
			continue;
		if (end - start > watch.map_end - watch.map_start) {
			watch.map_start = start;
			watch.map_end = end;
		}
	}
	fclose(maps);
}

static int
note_library(struct dl_phdr_info *library, size_t size, void *context)
{
	(void)size;
	(void)context;
	if (!strstr(library->dlpi_name, "liblmdb"))
		return 0;
	for (int i = 0; i < library->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &library->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X) ||
		    watch.n_code == MAX_RANGES)
			continue;
		watch.code[watch.n_code].start =
		    library->dlpi_addr + part->p_vaddr;
		watch.code[watch.n_code].end =
		    watch.code[watch.n_code].start + part->p_memsz;
		watch.n_code++;
	}
	return 0;
}

void
faults_expect(const char *name)
{
	struct sigaction action = {.sa_sigaction = on_fault,
	    .sa_flags = SA_SIGINFO | SA_NODEFER};
	int length;

	/* --check, which others hint at, would fault in the same place. */
	length = snprintf(watch.message, sizeof watch.message,
	    "quire: index %.100s is damaged\n"
	    "  hint: quire-index -i %.100s --repair  keeps what can be "
	    "read\n", name, name);
	watch.message_size = (size_t)length;
	watch.active = true;
	if (watch.installed)
		return;
	watch.installed = true;
	dl_iterate_phdr(note_library, NULL);
	sigemptyset(&action.sa_mask);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

void
faults_watch(MDB_env *env, int fd)
{
	find_map(fd);
	mdb_env_set_assert(env, on_assertion);
}

void
faults_unwatch(void)
{
	watch.active = false;
	watch.map_start = watch.map_end = 0;
}
