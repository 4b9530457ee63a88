/* proxmoxkvm: virtual machines on Proxmox VE for WHMCS. Generated from src/ffi by build.rs: do not edit. */
/* Every verb: (core, request, len, reply) -> proxmoxkvm_status. Request and reply are JSON; free each reply. */

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

 # Safety
 `request` points to `len` bytes; `reply` and `core` are writable.
 */
int32_t proxmoxkvm_open(const char *request,
                        size_t len,
                        char **reply,
                        proxmoxkvm_core **core);

/*
 Closes a core. Connections stay open for the next one of this process. Null is fine.

 # Safety
 `core` is null or comes from `proxmoxkvm_open`, and is closed once.
 */
void proxmoxkvm_close(proxmoxkvm_core *core);

/*
 Frees a reply. Null is fine.

 # Safety
 `reply` is null or comes from one of these functions, and is freed once.
 */
void proxmoxkvm_reply_free(char *reply);

/*
 Creates: an order → address, VMID and name reserved, clone started. The cron does the rest.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_create(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Forces a step: an order with `"step"` → the step done against the package as it is now.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_run_step(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Suspends: stops the guest and keeps it stopped. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_suspend(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Unsuspends: restores start at boot, starts the guest. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_unsuspend(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Terminates: backups, snapshots and guest deleted, gone confirmed, addresses free. An order → `note`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_terminate(proxmoxkvm_core *core,
                             const char *request,
                             size_t len,
                             char **reply);

/*
 Changes the package: refuses a smaller disk at once, the rest is the cron's work. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_change_package(proxmoxkvm_core *core,
                                  const char *request,
                                  size_t len,
                                  char **reply);

/*
 Changes the cloud-init password. An order → `restart_needed`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_change_password(proxmoxkvm_core *core,
                                   const char *request,
                                   size_t len,
                                   char **reply);

/*
 Starts the guest. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_start(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Switches the guest off. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_stop(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Restarts the guest. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_reboot(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Reinstalls: keeps VMID, MAC, addresses and backups. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_reinstall(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Deletes the guest; backups and unused disks stay. An order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_vm_remove(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Synchronises the DNS records of a service: an order with `"zones"` → `dns`; without zones it is only queued.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_set_dns_records(proxmoxkvm_core *core,
                                   const char *request,
                                   size_t len,
                                   char **reply);

/*
 Binds the service to an existing guest: an order with `"vmid"`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_attach(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Takes the service for that of the order, after WHMCS has moved it to another client: an order.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_confirm(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Frees number and addresses of a service that WHMCS does not have and whose VM is gone: `{"service": 7, "server": …}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_forget(proxmoxkvm_core *core,
                          const char *request,
                          size_t len,
                          char **reply);

/*
 WHMCS has deleted a service: `{"service": 7}`. Nothing is done to its VM; staff are told.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_deleted(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Confirms a write-back: `{"service": 7, "version": 3}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_written_back(proxmoxkvm_core *core,
                                const char *request,
                                size_t len,
                                char **reply);

/*
 A service, its history and its buttons: `{"service": 7}`; with `"server": …` also what the guest does right now, with
 `"package": …` what customers may do; with both, what package and guest differ in and how far a task is.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_show(proxmoxkvm_core *core,
                        const char *request,
                        size_t len,
                        char **reply);

/*
 What was done to a service, when, by whom, how long, with what result: `{"service": 7, "actor": "admin"}` → `entries`,
 newest first, and `next`, which is `before` of the next page. A client sees the own acts and what the module did.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_activity(proxmoxkvm_core *core,
                            const char *request,
                            size_t len,
                            char **reply);

/*
 Gives an address its reverse name: an order with `"address"`, `"name"` and `"zones"` → `dns`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_set_reverse_name(proxmoxkvm_core *core,
                                    const char *request,
                                    size_t len,
                                    char **reply);

/*
 What a guest used: `{"service": 7, "server": …, "timeframe": "hour|day|week|month|year"}` → at most 200 points.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_usage(proxmoxkvm_core *core,
                         const char *request,
                         size_t len,
                         char **reply);

/*
 Tests a server entry: `{"server": …}` → version, login, warnings, nodes, address lines.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_test_connection(proxmoxkvm_core *core,
                                   const char *request,
                                   size_t len,
                                   char **reply);

/*
 What there is to choose from: `{"server": …, "what": "nodes"}`, also `templates`, `storages`, `bridges`; all
 without `what`. `{"what": "config_options", "package": …}` lists the configurable options, `{"server": …, "what":
 "guests", "vmids": [100]}` looks at guests. Changes nothing.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_list(proxmoxkvm_core *core,
                        const char *request,
                        size_t len,
                        char **reply);

/*
 Where store, WHMCS and Proxmox VE disagree: `{"server", "services": […], "repair": false}` → `findings`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_check(proxmoxkvm_core *core,
                         const char *request,
                         size_t len,
                         char **reply);

/*
 Services that WHMCS has no row or no server entry of: `{"services": [7, 8], "servers": [1]}` → `orphans`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_orphans(proxmoxkvm_core *core,
                           const char *request,
                           size_t len,
                           char **reply);

/*
 Says whose the store is, after its WHMCS was moved or copied: `{"home": …, "as": "moved"}`, or `"copy"`: then this is a
 new installation, and nothing in the store is its own.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_installation(proxmoxkvm_core *core,
                                const char *request,
                                size_t len,
                                char **reply);

/*
 Looks through the whole store for damage, as the doctor asks: `{}` → `{"whole": true}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_look_through(proxmoxkvm_core *core,
                                const char *request,
                                size_t len,
                                char **reply);

/*
 The step table: name, button, what it needs. Needs no core, so that pages can be drawn without a store.

 # Safety
 `core` is open or null, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_steps(proxmoxkvm_core *_core,
                         const char *request,
                         size_t len,
                         char **reply);

/*
 A page of services, from the store: `{"search": "web", "limit": 50, "offset": 0}` → services, total, counts, nodes.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_overview(proxmoxkvm_core *core,
                            const char *request,
                            size_t len,
                            char **reply);

/*
 The address lines of a server entry and who has which address, from the store: `{"server": …}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_pools(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 The services that the cron should bring, and the write-backs that are not confirmed: `{"limit": 1000}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_due(proxmoxkvm_core *core,
                       const char *request,
                       size_t len,
                       char **reply);

/*
 Advances services: `{"orders": […], "failed": […], "samples": [server, …], "budget_s": 50}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_cron(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 Makes the DNS records of every service due, after a zone was added or changed → `services`, how many.
 `{"forget_zone": 3}`: only of those with records in a zone that was deleted, and they are no longer the module's.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_sync_dns_records(proxmoxkvm_core *core,
                                    const char *request,
                                    size_t len,
                                    char **reply);

/*
 The services that have a name or an address in a DNS zone: `{"zone": {"zone": "example.net"}}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_zone_services(proxmoxkvm_core *core,
                                 const char *request,
                                 size_t len,
                                 char **reply);

/*
 Tests a DNS zone as it is typed: `{"zone": {…, "secret": "…"}}`. Changes nothing.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_zone_test(proxmoxkvm_core *core, const char *request, size_t len, char **reply);

/*
 What the guests of a server have used, for billing: `{"server": …, "max_age_s": 3600, "month": "2026-11"}`.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_usage_update(proxmoxkvm_core *core,
                                const char *request,
                                size_t len,
                                char **reply);

/*
 What this library knows: `{}` → `options` (name, place, kind, unit, default of each). Opens no store.

 # Safety
 `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_catalogue(const char *request,
                             size_t len,
                             char **reply);

/*
 The options of a product as a form: `{"package": {"options": […]}, "values": {"onboot": "off"}}` → `fields` (`key`,
 `value`, `wrong`), `lines` that are no settings, `right`, and the `options` to store. Changes nothing.

 # Safety
 `core` is open, `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_product_form(proxmoxkvm_core *core,
                                const char *request,
                                size_t len,
                                char **reply);

/*
 Moves a store to another place, one bounded part a call: `{"from", "to"}`, both as `proxmoxkvm_open` knows them →
 `done`, `table`, `copied`, `verified`, `of`. To be called until it is done, while nobody works with either store.

 # Safety
 `request` points to `len` bytes, `reply` is writable.
 */
int32_t proxmoxkvm_move(const char *request,
                        size_t len,
                        char **reply);

#endif  /* PROXMOXKVM_H */
