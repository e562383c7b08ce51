/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two sides of the KVM stage-2 subject: kvm_glue.c sees the kernel's headers,
 * kvm_main.c the C library's, and neither can see the other's.
 */
#ifndef TABLEWALK_KERNEL_KVM_GLUE_H
#define TABLEWALK_KERNEL_KVM_GLUE_H

#include <tablewalk/subject.h>

/* The subject, complete but for its capabilities, attributes and reasons. */
extern const struct tablewalk_subject kvm_stage2;

/* Zeros, of the C library; NULL where there are no more. */
void *kvm_host_alloc(unsigned long bytes);
void kvm_host_free(void *at);

/* Ends the process with a sentence on standard error. */
void kvm_host_fail(const char *sentence) __attribute__((noreturn));

/*
 * The arm64 capabilities (ARM64_* of asm/cpucap-defs.h) that the subject's machine
 * has, for the branches that the kernel patches at boot.
 */
extern const unsigned short kvm_capabilities[];
extern const unsigned kvm_capability_count;

#endif
