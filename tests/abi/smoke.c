/* What an embedder does, in C11: open, ask, free, fork. Arguments: the store's path, and requests for test_connection,
 * create and cron of one service. */
#define _GNU_SOURCE
#include "proxmoxkvm.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(PROXMOXKVM_OK == 0 && PROXMOXKVM_INVALID == 1 && PROXMOXKVM_REFUSED == 2, "statuses are append only");
_Static_assert(PROXMOXKVM_BUSY == 3 && PROXMOXKVM_PVE == 4 && PROXMOXKVM_UNREACHABLE == 5, "statuses are append only");
_Static_assert(PROXMOXKVM_STORE == 6 && PROXMOXKVM_INTERNAL == 7, "statuses are append only");

typedef int32_t verb(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

static proxmoxkvm_core *core;

static void expect(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "not so: %s\n", what);
        exit(1);
    }
}

static void ask(const char *name, verb *ask_verb, const char *request, int32_t status, const char *part) {
    char *reply = NULL;
    int32_t found = ask_verb(core, request, strlen(request), &reply);
    if (found != status || reply == NULL || strstr(reply, part) == NULL) {
        fprintf(stderr, "%s: status %d, reply %s\n", name, (int)found, reply == NULL ? "(none)" : reply);
        exit(1);
    }
    proxmoxkvm_reply_free(reply);
}

/* The one function that needs no core. */
static void catalogue(const char *part) {
    char *reply = NULL;
    const char *request = "{\"of\":[\"statuses\"]}";
    int32_t found = proxmoxkvm_catalogue(request, strlen(request), &reply);
    expect(found == PROXMOXKVM_OK && reply != NULL && strstr(reply, part) != NULL, "the catalogue lists it");
    proxmoxkvm_reply_free(reply);
}

/* Counts this process's threads; all but the first must have PHP's signals blocked. */
static int threads(void) {
    DIR *tasks = opendir("/proc/self/task");
    expect(tasks != NULL, "/proc/self/task can be read");
    int count = 0;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        if (task->d_name[0] == '.') {
            continue;
        }
        count++;
        char path[300], line[300];
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        while (status != NULL && fgets(line, sizeof line, status) != NULL) {
            unsigned long long blocked;
            if (atoi(task->d_name) != (int)getpid() && sscanf(line, "SigBlk: %llx", &blocked) == 1) {
                expect(blocked >> (SIGALRM - 1) & 1, "SIGALRM is blocked in the library's thread");
                expect(blocked >> (SIGTERM - 1) & 1, "SIGTERM is blocked in the library's thread");
                expect(blocked >> (SIGPROF - 1) & 1, "SIGPROF is blocked in the library's thread");
            }
        }
        if (status != NULL) {
            fclose(status);
        }
    }
    closedir(tasks);
    return count;
}

/* Stands before the C library's: the one way to make the library panic from outside is a machine without threads. */
static int no_more_threads = 0;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    void *symbol = dlsym(RTLD_NEXT, "pthread_create");
    memcpy(&real, &symbol, sizeof real);
    return no_more_threads ? EAGAIN : real(thread, attributes, start, argument);
}

static void survive_a_panic(const char *create, const char *cron) {
    sigset_t before, after;
    ask("create", proxmoxkvm_create, create, PROXMOXKVM_OK, "\"status\":\"clone\"");
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    no_more_threads = 1;
    ask("cron", proxmoxkvm_cron, cron, PROXMOXKVM_INTERNAL, "\"code\":\"internal\"");
    no_more_threads = 0;
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    expect(sigismember(&before, SIGALRM) == 0 && sigismember(&after, SIGALRM) == 0, "a panic leaves the signals as they were");
    ask("cron", proxmoxkvm_cron, cron, PROXMOXKVM_OK, "\"ok\":true");
    ask("show", proxmoxkvm_read, "{\"read\":\"show\",\"service\":7}", PROXMOXKVM_OK, "\"status\":\"ready\"");
}

static void use_everything(const char *server) {
    catalogue("\"set_cpu_ram\"");
    ask("due", proxmoxkvm_due, "{\"limit\":10}", PROXMOXKVM_OK, "\"services\":[]");
    ask("show", proxmoxkvm_read, "{\"read\":\"show\",\"service\":7}", PROXMOXKVM_REFUSED, "\"ok\":false");
    ask("show", proxmoxkvm_read, "{\"service\":", PROXMOXKVM_INVALID, "\"bad_request\"");
    ask("test_connection", proxmoxkvm_test_connection, server, PROXMOXKVM_OK, "\"version\"");
}

int main(int argc, char **argv) {
    alarm(getenv("VALGRIND") == NULL ? 60 : 900); /* under valgrind all takes longer */
    expect(argc == 5, "four arguments");
    expect(threads() == 1, "nothing starts at load time");
    expect(proxmoxkvm_abi_version() == 2, "the ABI is 2");
    expect(strlen(proxmoxkvm_version()) >= 5, "there is a version");

    char request[600], *reply = NULL;
    snprintf(request, sizeof request, "{\"store\":\"%s\"}", argv[1]);
    expect(proxmoxkvm_open(request, strlen(request), &reply, &core) == PROXMOXKVM_OK, "the store opens");
    expect(core != NULL && reply != NULL && strstr(reply, "\"installation\"") != NULL, "core and reply are set");
    proxmoxkvm_reply_free(reply);
    expect(threads() == 1, "nothing starts when a store opens");
    use_everything(argv[2]);
    expect(threads() > 1, "the client's thread was looked at");

    /* SQLite's locks do not pass to a forked child: what needs the store is refused there, and the parent goes on */
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(getenv("VALGRIND") == NULL ? 30 : 900);
        catalogue("\"set_cpu_ram\"");
        ask("due", proxmoxkvm_due, "{\"limit\":10}", PROXMOXKVM_STORE, "\"store_forked\"");
        proxmoxkvm_close(core);
        expect(proxmoxkvm_open(request, strlen(request), &reply, &core) == PROXMOXKVM_STORE, "the store stays closed there");
        proxmoxkvm_reply_free(reply);
        if (getenv("VALGRIND") != NULL) {
            /* what the parent's core held is left alone by design, so a search for leaks ends here; errors were printed */
            execl("/bin/true", "true", (char *)NULL);
        }
        exit(0);
    }
    int status = -1;
    expect(child > 0 && waitpid(child, &status, 0) == child, "the child is waited for");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "the child ended with wait status %#x\n", (unsigned)status);
        exit(1);
    }
    use_everything(argv[2]);

    survive_a_panic(argv[3], argv[4]);

    /* a reply that is freed is freed: thousands leave nothing behind, once the allocator has filled its own caches */
    size_t before = 0;
    for (int i = 0; i < 2500; i++) {
        if (i == 500) {
            before = mallinfo2().uordblks;
        }
        catalogue("\"statuses\"");
        ask("due", proxmoxkvm_due, "{}", PROXMOXKVM_OK, "\"ok\":true");
        ask("show", proxmoxkvm_read, "[", PROXMOXKVM_INVALID, "\"ok\":false");
    }
    size_t after = mallinfo2().uordblks;
    expect(after < before + 100000, "6000 replies leave nothing behind");

    proxmoxkvm_close(core);
    proxmoxkvm_close(NULL);
    proxmoxkvm_reply_free(NULL);
    puts("all is well");
    return 0;
}
