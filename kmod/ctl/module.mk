# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call library,nmdev,gen/nmdev_kernel.c))
