/* The inside of the interrupt controller, shared by the files that make it up and by its tests. */
#ifndef CYCLE360_XENON_IIC_PARTS_H
#define CYCLE360_XENON_IIC_PARTS_H

#include "models/xenon/iic/iic.h"

/* iic.c: pure rules, without ports. */
void iic_reset_thread(struct iic_thread *thread);
void iic_pend(struct iic *iic, uint8_t vector, uint8_t targets);
/* The vector that an acknowledge would return: IIC_NO_VECTOR where the line is down. */
uint8_t iic_deliverable(const struct iic_thread *thread);
uint8_t iic_acknowledge(struct iic_thread *thread);
void iic_end(struct iic_thread *thread);
/* An inter-processor interrupt that is pending at `due`; false where IIC_IPIS_MAX are under way already. */
bool iic_send_ipi(struct iic *iic, sim_time due, uint8_t vector, uint8_t targets);

/* iic_mmio.c: carries an access out at t; data is what was read, or is to be written. False where it must wait until an
 * inter-processor interrupt has arrived. */
bool iic_access(struct iic *iic, const struct sim_msg_mmio_request *request, sim_time t, enum sim_mmio_status *status,
                uint64_t *data);

#endif
