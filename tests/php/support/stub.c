/* The body of the stub library; see StubLibrary.php. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct proxmoxkvm_core { int unused; } proxmoxkvm_core;

/* How many requests there were so far: the lines that note() wrote. */
static int asked(const char *verb) {
    char path[1024];
    int lines = 0, c;
    snprintf(path, sizeof path, "%s/%s.requests", getenv("PROXMOXKVM_STUB"), verb);
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        while ((c = fgetc(file)) != EOF) {
            lines += c == '\n';
        }
        fclose(file);
    }
    return lines;
}

/* `<verb>.reply.<n>` is for the n-th request and all after it that have no file of their own. */
static char *slurp_or(const char *verb, const char *otherwise) {
    char path[1024];
    FILE *file = NULL;
    for (int n = asked(verb); n > 0 && file == NULL; n--) {
        snprintf(path, sizeof path, "%s/%s.reply.%d", getenv("PROXMOXKVM_STUB"), verb, n);
        file = fopen(path, "rb");
    }
    if (file == NULL) {
        snprintf(path, sizeof path, "%s/%s.reply", getenv("PROXMOXKVM_STUB"), verb);
        file = fopen(path, "rb");
    }
    if (file == NULL && otherwise != NULL) {
        file = fopen(otherwise, "rb");
    }
    if (file == NULL) {
        return strdup("{\"ok\":true}");
    }
    char *text = calloc(1, 1 << 20);
    size_t read = fread(text, 1, (1 << 20) - 1, file);
    text[read] = 0;
    fclose(file);
    return text;
}

static char *slurp(const char *verb) {
    return slurp_or(verb, NULL);
}

static void note(const char *verb, const char *request, size_t len) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.requests", getenv("PROXMOXKVM_STUB"), verb);
    FILE *file = fopen(path, "ab");
    if (file != NULL) {
        fwrite(request, 1, len, file);
        fputc('\n', file);
        fclose(file);
    }
}

static int32_t answer(const char *verb, const char *request, size_t len, char **reply) {
    note(verb, request, len);
    *reply = slurp(verb);
    return strstr(*reply, "\"ok\":true") != NULL ? 0 : 4;
}

uint32_t proxmoxkvm_abi_version(void) { return ABI; }
const char *proxmoxkvm_version(void) { return VERSION; }
void proxmoxkvm_reply_free(char *reply) { free(reply); }

int32_t proxmoxkvm_open(const char *request, size_t len, char **reply, proxmoxkvm_core **core) {
    *core = calloc(1, sizeof(proxmoxkvm_core));
    return answer("open", request, len, reply);
}

int32_t proxmoxkvm_move(const char *request, size_t len, char **reply) {
    return answer("move", request, len, reply);
}

/* What the real library says, unless a test says otherwise; without a WHMCS too. */
int32_t proxmoxkvm_catalogue(const char *request, size_t len, char **reply) {
    (void) request, (void) len;
    if (getenv("PROXMOXKVM_STUB") == NULL) {
        setenv("PROXMOXKVM_STUB", "/nonexistent", 0);
    }
    *reply = slurp_or("catalogue", CATALOGUE);
    return strstr(*reply, "\"ok\":false") == NULL ? 0 : 4;
}

/* What consoles show: nothing, and they are over at once. */
int32_t proxmoxkvm_console_read(uint64_t console, char *into, size_t len, uint32_t wait_ms) {
    (void) console, (void) into, (void) len, (void) wait_ms;
    return -1;
}

void proxmoxkvm_close(proxmoxkvm_core *core) {
    note("close", "", 0);
    free(core);
}

#define VERB(name) \
    int32_t proxmoxkvm_##name(proxmoxkvm_core *core, const char *request, size_t len, char **reply) { \
        (void) core; \
        return answer(#name, request, len, reply); \
    }

/* What goes through act and read has the name of a verb in the request: its files are named after that. */
#define NAMED(function, key) \
    int32_t proxmoxkvm_##function(proxmoxkvm_core *core, const char *request, size_t len, char **reply) { \
        char name[64] = ""; \
        (void) core; \
        if (sscanf(request, "{\"" key "\":\"%63[a-z_]", name) != 1) { \
            *reply = strdup("{\"ok\":false,\"code\":\"bad_request\",\"message\":\"it names nothing\"}"); \
            return 1; \
        } \
        return answer(name, request, len, reply); \
    }

NAMED(act, "do")
NAMED(read, "read")
