# SPDX-License-Identifier: BSD-2-Clause
GEN_ENGINE := capture config csum dump engine fill frame hist io io_netmap io_null io_pcap io_tap json latency \
	memring nmname options options_parse pace pcapfile ping pong range replay report rx seq setup sizes tx worker

$(eval $(call library,pktgen,$(GEN_ENGINE:%=gen/%.c),-Igen))
$(eval $(call program,pkt-gen,gen/pkt-gen.c,pktgen nmdev,-lpcap -ljansson -lm -lpthread,-Igen))
