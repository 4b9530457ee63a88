/* Opens the library that it is given, asks for ABI and version, and prints them: the proof that it loads and runs. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

int main(int count, char **arguments) {
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    uint32_t (*abi)(void) = library ? (uint32_t (*)(void))dlsym(library, "proxmoxkvm_abi_version") : NULL;
    const char *(*version)(void) = library ? (const char *(*)(void))dlsym(library, "proxmoxkvm_version") : NULL;
    if (abi == NULL || version == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    printf("runs: ABI %u, version %s\n", (unsigned)abi(), version());
    return 0;
}
