# SPDX-License-Identifier: BSD-2-Clause
GEN_ENGINE := capture choices config csum dump engine fill frame hist io io_bundle io_fd io_netmap io_null io_packet io_pcap io_stream \
	json latency memport memring options options_parse pace pcapfile ping pong range replay report rx seq \
	setup sizes tx worker
GEN_LDLIBS := -lpcap -ljansson -lm -lpthread

# libnetmap, with the device that it opens unless told otherwise.
NETMAP_LIB := $(addprefix gen/libnetmap/,ctx name open options port port_options)

$(eval $(call library,netmap,$(NETMAP_LIB:%=%.c) gen/nmdev_kernel.c,-Igen))
$(eval $(call library,gen_app,gen/app.c,-Igen))
$(eval $(call library,bridge,gen/bridge.c gen/bridge_move.c gen/bridge_options.c gen/bridge_rounds.c,-Igen))
$(eval $(call library,lb,$(addprefix gen/lb/,balance.c flow.c lb.c options.c pool.c stats.c),-Igen))
$(eval $(call library,pktgen,$(GEN_ENGINE:%=gen/%.c),-Igen))
$(eval $(call program,pkt-gen,gen/pkt-gen.c,pktgen gen_app netmap,$(GEN_LDLIBS),-Igen))

$(eval $(call program,bridge,gen/bridge_main.c,bridge gen_app netmap,-lpthread -static,-Igen))
$(eval $(call program,lb,gen/lb/main.c,lb gen_app netmap,-ljansson -lpthread -static,-Igen))

$(foreach s,hist fill frame names options pong timing files,\
	$(eval $(call suite,gen-$(s),gen/tests/test_$(s).c,pktgen gen_app netmap,$(GEN_LDLIBS),-Igen)))
$(foreach s,engine manual stream waiting wire,\
	$(eval $(call suite,gen-$(s),gen/tests/test_$(s).c gen/tests/session.c,pktgen gen_app netmap nm_user,$(GEN_LDLIBS),\
		-Igen -Igen/tests -Ikmod/user)))

NETMAP_TESTS := gen/libnetmap/tests
$(eval $(call suite,libnetmap_parse,$(addprefix $(NETMAP_TESTS)/,test_parse.c test_layout.c fake_netmap.c),\
	netmap,-lpthread,-Igen -Igen/libnetmap))
$(eval $(call suite,libnetmap_port,$(addprefix $(NETMAP_TESTS)/,test_port.c fake_netmap.c),\
	netmap nm_user,-lpthread,-Igen -Igen/libnetmap -Ikmod/user))
$(eval $(call suite,bridge,gen/tests/test_bridge.c gen/tests/session.c,bridge pktgen gen_app netmap nm_user,\
	$(GEN_LDLIBS),-Igen -Igen/tests -Ikmod/user))
$(eval $(call suite,lb_flow,gen/lb/tests/test_flow.c,lb,,-Igen -Igen/lb))
$(eval $(call suite,lb,gen/lb/tests/test_lb.c gen/tests/session.c,lb pktgen gen_app netmap nm_user,\
	$(GEN_LDLIBS),-Igen -Igen/lb -Igen/tests -Ikmod/user))

# Instructions per packet: vb-loop in guests, native/vb-loop over a switch in its own process.
LOOP := copying counter live loop mirror options part polled refused span timed window
$(eval $(call library,loop,$(LOOP:%=gen/loop/%.c),-Igen -Igen/loop))
$(eval $(call library,loop_native,gen/loop/callgrind.c gen/loop/native.c gen/loop/placed.c,-Igen -Igen/loop))
$(eval $(call program,vb-loop,gen/loop/main.c,loop pktgen gen_app netmap vbcommon,$(GEN_LDLIBS),-Igen -Igen/loop))
$(eval $(call program,native/vb-loop,gen/loop/native_main.c,loop_native loop vale_modules pktgen gen_app netmap nm_user vbcommon,\
	$(GEN_LDLIBS),-I. -Igen -Igen/loop))
PLACED += native/vb-loop
$(eval $(call suite,loop,gen/loop/tests/test_loop.c,loop_native loop pktgen gen_app netmap nm_user vbcommon,$(GEN_LDLIBS),\
	-I. -Igen -Igen/loop))
$(eval $(call suite,timed,gen/loop/tests/test_timed.c,loop pktgen gen_app netmap nm_user vbcommon,$(GEN_LDLIBS),-I. -Igen -Igen/loop))
