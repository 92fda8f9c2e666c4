/* The digests of a XEX, and its signature.
 *
 * The signature covers the image info, which has the digest of the headers, of the first import library and of the
 * first run of pages; each run's descriptor, which is hashed with the run, has the digest of the run after it; import
 * libraries are chained alike. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/rsa.h"
#include "kernel-hle/loader/xex_parts.h"

#include <inttypes.h>
#include <string.h>

static bool same(const uint8_t *digest, const uint8_t *wanted)
{
    return memcmp(digest, wanted, XEX_DIGEST_SIZE) == 0;
}

/* What is behind the signed info, then what is before it. */
static enum xex_check verify_headers(const struct xex *xex)
{
    enum { BEHIND = XEX_INFO_OFFSET + 0x74, BEFORE = 8 };
    uint8_t digest[XEX_DIGEST_SIZE];
    uint32_t security = xex->security.offset;
    crypto_sha1(digest, xex->bytes + security + BEHIND, xex->headers_size - security - BEHIND, xex->bytes,
                security + BEFORE);
    return same(digest, xex->security.header_digest) ? XEX_RIGHT : XEX_WRONG;
}

struct import_chain {
    const uint8_t *wanted;
    uint32_t libraries;
    bool right;
};

static enum sim_status verify_library(void *context, const struct xex_library *library, struct sim_error *error)
{
    struct import_chain *chain = context;
    uint8_t digest[XEX_DIGEST_SIZE];
    (void)error;
    crypto_sha1(digest, library->record + 4, library->record_size - 4, NULL, 0);
    chain->right = chain->right && same(digest, chain->wanted);
    chain->wanted = library->record + 4;
    chain->libraries++;
    return SIM_OK;
}

static enum xex_check verify_imports(const struct xex *xex)
{
    struct import_chain chain = {.wanted = xex->security.import_digest, .right = true};
    if (xex_libraries(xex, verify_library, &chain, NULL) != SIM_OK)
        return XEX_WRONG;
    if (chain.libraries == 0)
        return XEX_NOT_CHECKED;
    return chain.right && chain.libraries == xex->security.import_libraries ? XEX_RIGHT : XEX_WRONG;
}

static enum xex_check verify_signature(const struct xex *xex, const struct loader_keys *keys, struct xex_report *report)
{
    static const char salt[][RSA_SALT_SIZE + 1] = {"XBOX360XEX", "XBOX360REV"};
    const uint32_t offset = xex->security.offset + XEX_INFO_OFFSET, unsigned_part = 0x100;
    uint8_t digest[XEX_DIGEST_SIZE];
    if (keys->moduli == 0)
        return XEX_NOT_CHECKED;
    if (xex->security.info_size < unsigned_part ||
        !bytes_within(xex->headers_size, offset, xex->security.info_size - unsigned_part))
        return XEX_WRONG;
    crypto_rotsum_sha1(digest, xex->bytes + offset, xex->security.info_size - unsigned_part);
    for (size_t i = 0; i < keys->moduli; i++)
        for (size_t s = 0; s < sizeof salt / sizeof *salt; s++)
            if (rsa_verify(xex->security.signature, keys->modulus[i].bytes, digest, salt[s])) {
                memcpy(report->signed_by, keys->modulus[i].name, sizeof report->signed_by);
                return XEX_RIGHT;
            }
    return XEX_WRONG;
}

void xex_verify_headers(const struct xex *xex, const struct loader_keys *keys, struct xex_report *report)
{
    if (xex->xex1)
        return;
    report->header = verify_headers(xex);
    report->imports = verify_imports(xex);
    report->signature = verify_signature(xex, keys, report);
}

enum sim_status xex_verify_pages(const struct image *image, const struct xex *xex, bool strict,
                                 struct xex_report *report, struct sim_error *error)
{
    const uint8_t *descriptor = xex->security.descriptors, *wanted = xex->security.image_digest;
    uint32_t at = 0;
    if (xex->xex1)
        return SIM_OK;
    report->pages = XEX_RIGHT;
    for (uint32_t run = 0; run < xex->security.page_runs; run++) {
        uint8_t digest[XEX_DIGEST_SIZE];
        uint32_t size = (bytes_be32(descriptor) >> 4) * xex->page_size;
        crypto_sha1(digest, image->bytes + at, size, descriptor, XEX_DESCRIPTOR_SIZE);
        bool right = same(digest, wanted);
        if (!right)
            report->pages = XEX_WRONG;
        if (!right && strict)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": page descriptor %" PRIu32 ": the SHA-1 of the image from %08" PRIx32
                            " to %08" PRIx32 " is not the one that is said to be",
                            xex->name, (uint64_t)(wanted - xex->bytes), run, image->base + at,
                            image->base + at + (size - 1));
        wanted = descriptor + 4;
        descriptor += XEX_DESCRIPTOR_SIZE;
        at += size;
    }
    return SIM_OK;
}
