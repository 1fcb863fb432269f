/*
 * A disk that fails when a test says so. Preloaded into the program (LD_PRELOAD), it intercepts SQLite's calls of the C library
 * and counts the reads, writes and syncs of the files under one folder, over all threads. (strace can inject errors too, but
 * counts for each thread separately, and Go moves its work from thread to thread.)
 *
 * DISK_UNDER   the folder; files elsewhere are left alone
 * DISK_STRIKE  what to fail, once: OPERATION:N:ERRNO, where OPERATION is "write", "torn" (half of it is written first),
 *              "sync" or "read", N counts from 1, and ERRNO is a number, or 0 to end the process at once
 * DISK_FULL    a path; while it exists, every write finds the disk full
 * DISK_LOG     a path; writes, truncations, deletions and syncs are recorded there, for a test that cuts the power
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char strike[16];
static long strike_at, strike_errno, writes, syncs, reads;
static int record = -1;

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_pread)(int, void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_unlink)(const char *);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
	real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
	real_pread = dlsym(RTLD_NEXT, "pread64");
	real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
	real_unlink = dlsym(RTLD_NEXT, "unlink");
	real_fsync = dlsym(RTLD_NEXT, "fsync");
	real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
	if (getenv("DISK_STRIKE"))
		sscanf(getenv("DISK_STRIKE"), "%15[a-z]:%ld:%ld", strike, &strike_at, &strike_errno);
	if (getenv("DISK_LOG"))
		record = open(getenv("DISK_LOG"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

/* ours reports whether a file is under the folder, and sets path to its path. */
static int ours(int fd, char path[4096]) {
	char link[64];
	const char *under = getenv("DISK_UNDER");
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, 4095);
	if (n < 0 || !under)
		return 0;
	path[n] = 0;
	return strncmp(path, under, strlen(under)) == 0;
}

/* struck reports whether an operation is the one that fails, and sets errno. */
static int struck(const char *operation, long count, const char *path) {
	if (strcmp(operation, strike) != 0 || count != strike_at)
		return 0;
	dprintf(2, "disk: %s %ld of %s: %s\n", operation, count, path, strike_errno ? strerror(strike_errno) : "killed");
	if (strike_errno == 0)
		kill(getpid(), SIGKILL);
	errno = strike_errno;
	return 1;
}

/* note records what was done: one line, and for a write the bytes. */
static void note(const char *operation, const char *path, long offset, const void *bytes, size_t length) {
	if (record < 0)
		return;
	dprintf(record, "%s %ld %zu %s\n", operation, offset, length, path);
	if (bytes && write(record, bytes, length) != (ssize_t)length)
		abort();
}

static ssize_t locked_pwrite(int fd, const void *bytes, size_t length, off64_t offset, const char *path) {
	writes++;
	if (getenv("DISK_FULL") && access(getenv("DISK_FULL"), F_OK) == 0) {
		errno = ENOSPC;
		return -1;
	}
	int torn = struck("torn", writes, path);
	if (struck("write", writes, path))
		return -1;
	if (torn) {
		int why = errno;
		real_pwrite(fd, bytes, length / 2, offset);
		errno = why;
		return -1;
	}
	ssize_t n = real_pwrite(fd, bytes, length, offset);
	if (n > 0)
		note("write", path, offset, bytes, n);
	return n;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
	char path[4096];
	if (!ours(fd, path))
		return real_pwrite(fd, bytes, length, offset);
	pthread_mutex_lock(&lock);
	ssize_t n = locked_pwrite(fd, bytes, length, offset, path);
	pthread_mutex_unlock(&lock);
	return n;
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset) {
	char path[4096];
	if (ours(fd, path)) {
		pthread_mutex_lock(&lock);
		int failed = struck("read", ++reads, path);
		pthread_mutex_unlock(&lock);
		if (failed)
			return -1;
	}
	return real_pread(fd, bytes, length, offset);
}

int ftruncate64(int fd, off64_t length) {
	char path[4096];
	int known = ours(fd, path);
	int result = real_ftruncate(fd, length);
	if (known && result == 0) {
		pthread_mutex_lock(&lock);
		note("truncate", path, length, NULL, 0);
		pthread_mutex_unlock(&lock);
	}
	return result;
}

int unlink(const char *path) {
	const char *under = getenv("DISK_UNDER");
	int result = real_unlink(path);
	if (under && result == 0 && strncmp(path, under, strlen(under)) == 0) {
		pthread_mutex_lock(&lock);
		note("unlink", path, 0, NULL, 0);
		pthread_mutex_unlock(&lock);
	}
	return result;
}

static int locked_sync(int fd, int (*real)(int), const char *path) {
	syncs++;
	if (struck("sync", syncs, path))
		return -1;
	int result = real(fd);
	if (result == 0)
		note("sync", path, 0, NULL, 0);
	return result;
}

static int sync_file(int fd, int (*real)(int)) {
	char path[4096];
	if (!ours(fd, path))
		return real(fd);
	pthread_mutex_lock(&lock);
	int result = locked_sync(fd, real, path);
	pthread_mutex_unlock(&lock);
	return result;
}

int fsync(int fd) { return sync_file(fd, real_fsync); }

int fdatasync(int fd) { return sync_file(fd, real_fdatasync); }
