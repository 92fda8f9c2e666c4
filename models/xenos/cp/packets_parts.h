/* The micro engine's handlers, by the names of packets.def. */
#ifndef CYCLE360_XENOS_CP_PACKETS_PARTS_H
#define CYCLE360_XENOS_CP_PACKETS_PARTS_H

#include "models/xenos/cp/cp_parts.h"

/* packets_control.c */
cp_handler packet_ignored, packet_me_init, packet_wait_for_idle, packet_interrupt, packet_cp_interrupt,
    packet_check_words;
/* packets_wait.c */
cp_handler packet_wait_reg_mem, packet_wait_reg, packet_wait_until_read, packet_cond_write;
/* packets_memory.c */
cp_handler packet_mem_write, packet_mem_write_cntr, packet_reg_to_mem, packet_reg_rmw;
/* packets_state.c */
cp_handler packet_set_constant, packet_set_constant2, packet_load_constants, packet_im_load, packet_im_load_immediate;
/* packets_draw.c */
cp_handler packet_draw_indx, packet_draw_indx_2, packet_draw_generated, packet_viz_query, packet_context_update,
    packet_event_write, packet_event_write_shd, packet_event_write_cfl, packet_event_write_ext, packet_event_write_zpd;

#endif
