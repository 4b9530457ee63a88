/* proxmoxkvm: virtual machines on Proxmox VE for WHMCS. Generated from src/ffi/mod.rs by build.rs: do not edit. */
/*
 The convention, for every function (core, request, len, reply) -> proxmoxkvm_status:
 - core comes from proxmoxkvm_open and is not closed yet. One core may be used from any thread.
 - request points to len bytes of JSON in UTF-8, or is null: then it is an empty object.
 - reply is writable, or null. It is always set, also by a failure, and belongs to the caller until
   proxmoxkvm_reply_free. It is JSON: {"ok": true, ...}, or {"ok": false, "code", "message", "retry", ...}.
 - 0 is success. All other numbers, and new ones to come, are failures.
 - Nothing keeps a pointer, starts anything at load time, or lets a panic out.
 proxmoxkvm_catalogue lists what may be asked of proxmoxkvm_act and proxmoxkvm_read.
*/

#ifndef PROXMOXKVM_H
#define PROXMOXKVM_H

#include <stddef.h>
#include <stdint.h>

/*
 What a function returns. Append only.
 */
typedef enum {
  /*
   Done.
   */
  PROXMOXKVM_OK = 0,
  /*
   The request, an option, or the server entry is wrong.
   */
  PROXMOXKVM_INVALID = 1,
  /*
   The state of the service or the VM forbids it; nothing was changed.
   */
  PROXMOXKVM_REFUSED = 2,
  /*
   Somebody else works on this service at this moment.
   */
  PROXMOXKVM_BUSY = 3,
  /*
   Proxmox VE said no.
   */
  PROXMOXKVM_PVE = 4,
  /*
   Proxmox VE could not be reached, or did not answer.
   */
  PROXMOXKVM_UNREACHABLE = 5,
  /*
   The store failed.
   */
  PROXMOXKVM_STORE = 6,
  /*
   An internal error was caught.
   */
  PROXMOXKVM_INTERNAL = 7,
  /*
   A DNS provider said no, or did not answer.
   */
  PROXMOXKVM_DNS = 8,
} proxmoxkvm_status;

/*
 A store and its connections, opened by `proxmoxkvm_open`.
 */
typedef struct proxmoxkvm_core proxmoxkvm_core;

/*
 The number that PHP compares before it uses anything else.
 */
uint32_t proxmoxkvm_abi_version(void);

/*
 The version of the library: static text, never freed.
 */
const char *proxmoxkvm_version(void);

/*
 Opens a store: `{"store": "/absolute/path/store.db"}`, or `{"store": "mysql://user:password@host:port/database"}`
 with `?prefix=`, `&socket=`, `&tls_ca=`, every part percent-encoded. Makes it where it is missing. With `"home"` (url, database, root,
 machine, server of the WHMCS), what changes something is refused in a store of another one. With `"patient": true` a
 store that was found damaged is looked through for as long as that takes. Sets `*core` on success.
 */
int32_t proxmoxkvm_open(const char *request,
                        size_t len,
                        char **reply,
                        proxmoxkvm_core **core);

/*
 Closes a core. Connections stay open for the next one of this process. Null is fine.
 */
void proxmoxkvm_close(proxmoxkvm_core *core);

/*
 Frees a reply. Null is fine.
 */
void proxmoxkvm_reply_free(char *reply);

/*
 Tests a server entry: `{"server": …}` → version, login, warnings, nodes, address lines.
 */
int32_t proxmoxkvm_test_connection(proxmoxkvm_core *core,
                                   const char *request,
                                   size_t len,
                                   char **reply);

/*
 Creates: an order → address, VMID and name reserved, clone started. The cron does the rest.
 */
int32_t proxmoxkvm_create(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Suspends: stops the guest and keeps it stopped. An order.
 */
int32_t proxmoxkvm_suspend(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Unsuspends: restores start at boot, starts the guest. An order.
 */
int32_t proxmoxkvm_unsuspend(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Terminates: backups, snapshots, guest; the addresses are free once it is gone. An order.
 */
int32_t proxmoxkvm_terminate(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Changes the package: queued for the cron after it was checked. An order.
 */
int32_t proxmoxkvm_change_package(proxmoxkvm_core *core,
                                  const char *request,
                                  size_t len,
                                  char **reply);

/*
 Gives the guest another password: at once by its agent where the product says so, else at its next start. An order.
 */
int32_t proxmoxkvm_change_password(proxmoxkvm_core *core,
                                   const char *request,
                                   size_t len,
                                   char **reply);

/*
 What services used: `{"server": …}` → traffic, memory and disk of each.
 */
int32_t proxmoxkvm_usage_update(proxmoxkvm_core *core,
                                const char *request,
                                size_t len,
                                char **reply);

/*
 What a cron run has to do: `{}` → `services`, `dns`, `outbox`, `usage_due`, `attention`.
 */
int32_t proxmoxkvm_due(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 A cron run: `{"orders": […], "budget_s": 50}` → what became of each, and what WHMCS should write down.
 */
int32_t proxmoxkvm_cron(proxmoxkvm_core *core,
                        const char *request,
                        size_t len,
                        char **reply);

/*
 Does what the request names as `do`: an action of a service (an order), or of the installation. The catalogue lists them.
 */
int32_t proxmoxkvm_act(proxmoxkvm_core *core,
                       const char *request,
                       size_t len,
                       char **reply);

/*
 Shows what the request names as `read`: a page's data. Changes nothing but what is due anyway: `firewall` takes back what
 nobody has confirmed. The catalogue lists what there is.
 */
int32_t proxmoxkvm_read(proxmoxkvm_core *core,
                        const char *request,
                        size_t len,
                        char **reply);

/*
 All that there is to ask: `{}` → `verbs`, each with the function that takes it and what it has to bring; `actions` of a
 service; `options` of a package; `images` of templates; `statuses`. Needs no core.
 */
int32_t proxmoxkvm_catalogue(const char *request,
                             size_t len,
                             char **reply);

/*
 What is to be seen of a console, for its browser. Waits for it, up to `wait_ms` milliseconds (5,000 at most); a signal
 ends the wait. `console` is what `act` with `console` answered in this process.

 Returns how many bytes it has put into `into`, 0 where there is nothing at this moment; -1: it is over, and `console_end`
 says why; -2: the browser gets the picture by requests of its own, and nothing by this one. Until it is over, whoever has
 opened it calls this again and again: what a browser sends is passed on meanwhile, and nobody else does that.
 `into` points to `len` writable bytes.
 */
int32_t proxmoxkvm_console_read(uint64_t console,
                                char *into,
                                size_t len,
                                uint32_t wait_ms);

/*
 One batch of moving a store: `{"from": …, "to": …}`, two stores as `proxmoxkvm_open` takes them → `done`, `copied`.
 */
int32_t proxmoxkvm_move(const char *request,
                        size_t len,
                        char **reply);

#endif  /* PROXMOXKVM_H */
