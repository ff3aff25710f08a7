/* Preloaded into a process, makes each fsync and fdatasync take two milliseconds longer, as a slow disk does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_two_milliseconds(void) {
    struct timespec span = {0, 2 * 1000 * 1000};
    nanosleep(&span, 0);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_two_milliseconds();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_two_milliseconds();
    return real(file);
}
