/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

#define MESSAGE_BYTES 1024

static void default_error(struct nmctx *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static void *default_malloc(struct nmctx *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void default_free(struct nmctx *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static pthread_mutex_t default_mutex = PTHREAD_MUTEX_INITIALIZER;

static void default_lock(struct nmctx *ctx, int take)
{
	(void)ctx;
	if (take)
		pthread_mutex_lock(&default_mutex);
	else
		pthread_mutex_unlock(&default_mutex);
}

static struct nmctx builtin = {
	.verbose = 1,
	.error = default_error,
	.malloc = default_malloc,
	.free = default_free,
};
static struct nmctx *current = &builtin;

struct nmctx *nmctx_get(void)
{
	return current;
}

struct nmctx *nmctx_set_default(struct nmctx *ctx)
{
	struct nmctx *before = current;

	current = ctx;
	return before;
}

void nmctx_set_threadsafe(void)
{
	builtin.lock = default_lock;
}

static void say(struct nmctx *ctx, const char *fmt, va_list ap)
{
	char text[MESSAGE_BYTES];

	if (!ctx->verbose)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	ctx->error(ctx, text);
}

void nmctx_ferror(struct nmctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctx, fmt, ap);
	va_end(ap);
}

int nmctx_fail(struct nmctx *ctx, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctx, fmt, ap);
	va_end(ap);
	errno = error;
	return -1;
}

void *nmctx_malloc(struct nmctx *ctx, size_t size)
{
	return ctx->malloc(ctx, size);
}

void *nmctx_calloc(struct nmctx *ctx, size_t bytes)
{
	void *p = nmctx_malloc(ctx, bytes);

	if (p)
		memset(p, 0, bytes);
	else
		nmctx_fail(ctx, ENOMEM, "no memory for %zu bytes", bytes);
	return p;
}

void nmctx_free(struct nmctx *ctx, void *p)
{
	ctx->free(ctx, p);
}

void nmctx_lock(struct nmctx *ctx)
{
	if (ctx->lock)
		ctx->lock(ctx, 1);
}

void nmctx_unlock(struct nmctx *ctx)
{
	if (ctx->lock)
		ctx->lock(ctx, 0);
}

/* --- Contexts over another device --- */

static pthread_mutex_t others_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct nmctx_of *others;

void nmctx_begin(struct nmctx_of *c, const struct nmdev_ops *dev, nmctx_error_cb error)
{
	memset(c, 0, sizeof(*c));
	c->ctx.verbose = 1;
	c->ctx.error = error;
	c->ctx.malloc = default_malloc;
	c->ctx.free = default_free;
	c->dev = dev;
	pthread_mutex_lock(&others_mutex);
	c->next = others;
	others = c;
	pthread_mutex_unlock(&others_mutex);
}

void nmctx_end(struct nmctx_of *c)
{
	struct nmctx_of **link = &others;

	pthread_mutex_lock(&others_mutex);
	while (*link && *link != c)
		link = &(*link)->next;
	if (*link)
		*link = c->next;
	pthread_mutex_unlock(&others_mutex);
}

const struct nmdev_ops *nmctx_device(const struct nmctx *ctx)
{
	const struct nmdev_ops *dev = &nmdev_kernel;
	const struct nmctx_of *c;

	pthread_mutex_lock(&others_mutex);
	for (c = others; c; c = c->next)
		if (&c->ctx == ctx)
			dev = c->dev;
	pthread_mutex_unlock(&others_mutex);
	return dev;
}
