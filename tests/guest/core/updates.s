# Forms that microcode or a second register make special: update forms of every kind over lines that miss, recording
# forms, algebraic loads, shifts by registers, CR by fields, XER, multiplies and divides of doublewords.

        .org    0x1000
test_updates:
#_ REGISTER_OUT r3 0x095D59EDF7202799
#_ REGISTER_OUT r4 0x009260C4E2B839D1
        lis     r20, 0x10
        mr      r21, r20
        li      r6, -321
        li      r22, 136
        li      r14, 40
        mtctr   r14
1:
        stwu    r6, 8(r21)
        stdux   r6, r21, r22
        sthu    r6, 2(r21)
        stbu    r6, 5(r21)
        mulli   r6, r6, -3
        bdnz    1b

        li      r3, 0
        mr      r21, r20
        mtctr   r14
2:
        lwzu    r7, 8(r21)
        ldux    r8, r21, r22
        lhau    r9, 2(r21)
        lbzu    r10, 5(r21)
        lwax    r11, r20, r22
        lwa     r12, 8(r20)
        lha     r13, 9(r20)
        add     r3, r3, r7
        mulld.  r15, r8, r7
        mfcr    r16
        add     r3, r3, r15
        xor     r3, r3, r16
        subf.   r15, r9, r10
        mfocrf  r17, 0x80
        rlwinm. r15, r15, 3, 5, 20
        mcrf    cr5, cr0
        andi.   r18, r7, 63
        srd     r8, r8, r18
        sraw.   r9, r9, r18
        slw     r10, r10, r18
        sld     r11, r11, r18
        addc    r12, r12, r11
        addze   r13, r13
        add     r3, r3, r8
        add     r3, r3, r9
        xor     r3, r3, r10
        add     r3, r3, r13
        mtcrf   0x3C, r3
        mfxer   r19
        andis.  r19, r19, 0xE000
        add     r3, r3, r19
        mtxer   r3
        mfcr    r16
        rotldi  r3, r3, 13
        add     r3, r3, r16
        add     r3, r3, r17
        bdnz    2b

        li      r4, 0
        mtctr   r14
3:
        ori     r7, r3, 1
        divdu   r8, r20, r7
        mulhd   r9, r3, r7
        mulhdu  r10, r3, r9
        divd    r11, r3, r20
        mulhw   r12, r3, r9
        extsw   r12, r12
        divw    r13, r3, r6
        clrldi  r13, r13, 32
        srawi   r15, r10, 7
        addme   r15, r15
        sradi.  r16, r9, 9
        cntlzd  r17, r8
        nego    r18, r9
        rlwimi  r10, r9, 7, 3, 19
        clrldi  r10, r10, 32
        add     r3, r3, r8
        xor     r3, r3, r9
        rotld   r3, r3, r17
        add     r4, r4, r11
        xor     r4, r4, r12
        add     r4, r4, r13
        rotldi  r4, r4, 17
        add     r4, r4, r15
        xor     r4, r4, r16
        add     r4, r4, r10
        bdnz    3b
done:   b       done
