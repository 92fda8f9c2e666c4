static inline __attribute__((always_inline)) uint absolute(uint a)
{
    return a & ALU_MAGNITUDE;
}

static inline __attribute__((always_inline)) uint negated(uint a)
{
    return a ^ ALU_SIGN;
}

static inline __attribute__((always_inline)) uint negative(uint a)
{
    return a | ALU_SIGN;
}

static inline __attribute__((always_inline)) uint constant_at(__global const uint *k, int index, uint component)
{
    return (uint)index < 512u ? k[4u * (uint)index + component] : 0u;
}

/* Dword 0 of the buffer is 0, for what is outside of the window. */
static inline __attribute__((always_inline)) uint vertex_dword(__global const uint *vertices, uint at, uint size, uint first, uint endian)
{
    at &= 0x3FFFFFFFu;
    return alu_vertex_swap(vertices[at < size ? first + at : 0u], endian);
}
