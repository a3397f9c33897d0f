/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How frames follow each other on the socket of an emulated network card (QEMU's -netdev stream):
 * each behind its length, four bytes with the highest first.
 */
#ifndef VB_STREAM_WIRE_H
#define VB_STREAM_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WIRE_LENGTH_BYTES sizeof(uint32_t)

static inline void wire_put_length(uint8_t *at, uint32_t frame_bytes)
{
	uint32_t length = htonl(frame_bytes);

	memcpy(at, &length, WIRE_LENGTH_BYTES);
}

/*
 * Bytes of the frame whose length begins there, of which and of whose length so many bytes have
 * come. 0: not all of them; -EPROTO: it is empty or longer than longest, so no frame can follow.
 */
static inline int wire_frame(const uint8_t *at, size_t come, uint32_t longest)
{
	uint32_t length;

	if (come < WIRE_LENGTH_BYTES)
		return 0;
	memcpy(&length, at, WIRE_LENGTH_BYTES);
	length = ntohl(length);
	if (!length || length > longest)
		return -EPROTO;
	return come - WIRE_LENGTH_BYTES < length ? 0 : (int)length;
}

#endif
