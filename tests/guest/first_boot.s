# The first boot: a program for the bare machine whose only business is the display's vertical blank. docs/first-boot.md
# follows its first interrupt clock by clock. It is loaded at 0 and begins at 0x1000.
#
# Thread 0 lets the display interrupt, wakes thread 2, for whom that interrupt is, and stops. Thread 2 lets itself be
# interrupted and spins. r20 of thread 2 says how often it was.

        .set    IIC, 0x0005             # 0x20000050000, a window of 0x1000 for each thread
        .set    GPU, 0x6C80             # 0xEC800000, with its upper bit apart
        .set    TASK_PRIORITY, 0x08
        .set    IPI, 0x10
        .set    ACKNOWLEDGE, 0x50
        .set    END, 0x60
        .set    INT_MASK, 0x6540        # the display
        .set    VBLANK_VLINE_STATUS, 0x6544
        .set    VBLANK, 0x58            # its vector

# Thread 2 wakes up: it begins where a reset does.
        .org    0x100
        li      r10, 0x200
        sldi    r10, r10, 32
        oris    r10, r10, IIC
        ori     r10, r10, 0x2000        # the window of thread 2
        lis     r9, GPU
        oris    r9, r9, 0x8000
        clrldi  r9, r9, 32
        li      r0, 0
        li      r13, 1
        li      r20, 0
        ld      r11, ACKNOWLEDGE(r10)   # who woke it
        std     r0, END(r10)
        std     r0, TASK_PRIORITY(r10)  # and every vector may come
        lwz     r12, VBLANK_VLINE_STATUS(r9)
        sync
        mfmsr   r5
        ori     r5, r5, 0x8000          # EE
        mtmsrd  r5
spin:   b       spin

# The handler. It has the registers to itself.
        .org    0x500
        ld      r11, ACKNOWLEDGE(r10)   # the controller: which vector; it is in service now
        cmpldi  r11, VBLANK
        bne     end
        lwz     r12, VBLANK_VLINE_STATUS(r9)
        andi.   r12, r12, 1             # the display: is it the vertical blank?
        beq     end
        stw     r13, VBLANK_VLINE_STATUS(r9)
        addi    r20, r20, 1
end:    std     r0, END(r10)
        sync                            # both have taken it
        rfid

# Thread 0.
        .org    0x1000
        li      r10, 0x200
        sldi    r10, r10, 32
        oris    r10, r10, IIC           # the window of thread 0
        lis     r9, GPU
        oris    r9, r9, 0x8000
        clrldi  r9, r9, 32
        li      r13, 1
        stw     r13, INT_MASK(r9)
        sync
        lis     r5, 0x4                 # to thread 2: vector 0x20
        ori     r5, r5, 0x20
        std     r5, IPI(r10)
        sync
        li      r5, 0
        mtctrl  r5                      # bit 22: this thread runs
        b       .
