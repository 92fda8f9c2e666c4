/* Users, controllers, voice. `xam_user` says whether somebody is signed in, locally, in the first of four places; there
 * are no controllers, and no headset. */
#include "kernel-hle/ex/notify.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"

#include <string.h>

enum { USERS = 4, USER_ANY = 0xFF, LOCALLY = 1, NAME_SIZE = 16, TIER_GOLD = 6 };
enum {
    WIN32_ACCESS_DENIED = 5,
    WIN32_NOT_SUPPORTED = 50,
    WIN32_INVALID_PARAMETER = 87,
    WIN32_BAD_ARGUMENTS = 160,
    WIN32_NOT_CONNECTED = 1167,
    WIN32_NOT_LOGGED_ON = 1245,
    WIN32_NO_SUCH_USER = 1317
};

static const uint32_t hresult_win32 = UINT32_C(0x80070000);
static const uint64_t user_xuid = UINT64_C(0xE000000000000001); /* of a profile that is not online */
static const char user_name[NAME_SIZE] = "Player";

static bool is_signed_in(const struct kernel *k, uint32_t user)
{
    return user == 0 && k->reference.xam_user;
}

void hle_XamUserGetSigninState(struct kernel *k, struct kernel_call *c)
{
    c->result = is_signed_in(k, kernel_arg(c, 0)) ? LOCALLY : 0;
}

void hle_XamUserGetXUID(struct kernel *k, struct kernel_call *c)
{
    uint32_t user = kernel_arg(c, 0), mask = kernel_arg(c, 1), out = kernel_arg(c, 2);
    if (user >= USERS || out == 0) {
        c->result = hresult_win32 | WIN32_INVALID_PARAMETER;
        return;
    }
    bool known = is_signed_in(k, user) && mask & LOCALLY;
    guest_put_u64(k, out, known ? user_xuid : 0);
    c->result = known ? 0 : hresult_win32 | WIN32_NO_SUCH_USER;
}

void hle_XamUserGetIndexFromXUID(struct kernel *k, struct kernel_call *c)
{
    bool known = c->arg[0] == user_xuid && is_signed_in(k, 0);
    if (known)
        guest_put_u32(k, kernel_arg(c, 2), 0);
    c->result = known ? 0 : hresult_win32 | WIN32_NO_SUCH_USER;
}

void hle_XamUserGetName(struct kernel *k, struct kernel_call *c)
{
    uint32_t user = kernel_arg(c, 0), size = kernel_arg(c, 2);
    c->result = user >= USERS ? WIN32_INVALID_PARAMETER : WIN32_NO_SUCH_USER;
    if (!is_signed_in(k, user) || size == 0)
        return;
    size = size < NAME_SIZE ? size : NAME_SIZE;
    guest_write(k, kernel_arg(c, 1), user_name, size - 1);
    guest_put_u8(k, kernel_arg(c, 1) + size - 1, 0);
    c->result = 0;
}

void hle_XamUserGetGamerTag(struct kernel *k, struct kernel_call *c)
{
    uint32_t user = kernel_arg(c, 0), buffer = kernel_arg(c, 1);
    c->result = hresult_win32 | WIN32_INVALID_PARAMETER;
    if (user >= USERS || buffer == 0 || kernel_arg(c, 2) < NAME_SIZE)
        return;
    c->result = hresult_win32 | WIN32_NO_SUCH_USER;
    if (!is_signed_in(k, user))
        return;
    for (uint32_t i = 0; i < NAME_SIZE; i++)
        guest_put_u16(k, buffer + 2 * i, (uint8_t)user_name[i]);
    c->result = 0;
}

void hle_XamUserGetSigninInfo(struct kernel *k, struct kernel_call *c)
{
    enum { SIZE = 0x28, STATE = 0xC, NAME = 0x18 };
    uint32_t user = kernel_arg(c, 0), out = kernel_arg(c, 2);
    c->result = hresult_win32 | WIN32_INVALID_PARAMETER;
    if (user >= USERS || out == 0)
        return;
    guest_fill(k, out, 0, SIZE);
    c->result = hresult_win32 | WIN32_NO_SUCH_USER;
    if (!is_signed_in(k, user))
        return;
    guest_put_u64(k, out, user_xuid);
    guest_put_u32(k, out + STATE, LOCALLY);
    guest_write(k, out + NAME, user_name, NAME_SIZE);
    c->result = 0;
}

/* Nothing is allowed to who is not online. */
void hle_XamUserCheckPrivilege(struct kernel *k, struct kernel_call *c)
{
    uint32_t user = kernel_arg(c, 0);
    c->result = user >= USERS && user != USER_ANY ? WIN32_INVALID_PARAMETER : WIN32_NO_SUCH_USER;
    if (!is_signed_in(k, user == USER_ANY ? 0 : user))
        return;
    guest_put_u32(k, kernel_arg(c, 2), 0);
    c->result = 0;
}

void hle_XamUserAreUsersFriends(struct kernel *k, struct kernel_call *c)
{
    uint32_t user = kernel_arg(c, 0);
    if (kernel_arg(c, 3))
        guest_put_u32(k, kernel_arg(c, 3), 0);
    c->result = user >= USERS           ? WIN32_INVALID_PARAMETER
                : is_signed_in(k, user) ? WIN32_NOT_LOGGED_ON
                                        : WIN32_NO_SUCH_USER;
}

void hle_XamUserGetMembershipTier(struct kernel *k, struct kernel_call *c)
{
    c->result = is_signed_in(k, kernel_arg(c, 0)) ? TIER_GOLD : 0;
}

void hle_XamUserGetUserFlags(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamUserGetUserFlagsFromXUID(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamUserGetSubscriptionType(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamUserGetDeviceContext(struct kernel *k, struct kernel_call *c)
{
    uint32_t user = kernel_arg(c, 0);
    bool known = user == USER_ANY || is_signed_in(k, user);
    guest_put_u32(k, kernel_arg(c, 2), known ? user : 0);
    c->result = known ? 0 : hresult_win32 | WIN32_NOT_CONNECTED;
}

/* The screen comes and goes, and nobody has changed anything. */
void hle_XamShowSigninUI(struct kernel *k, struct kernel_call *c)
{
    notify_broadcast(k, 0x9, 1);
    notify_broadcast(k, 0xA, k->reference.xam_user ? 1 : 0);
    notify_broadcast(k, 0x9, 0);
    c->result = 0;
}

void hle_XamShowSigninUIp(struct kernel *k, struct kernel_call *c)
{
    hle_XamShowSigninUI(k, c);
}

/* Controllers: none. */
static void not_connected(struct kernel *k, struct kernel_call *c, uint32_t record, uint32_t size)
{
    if (record)
        guest_fill(k, record, 0, size);
    c->result = WIN32_NOT_CONNECTED;
}

enum { STATE_SIZE = 0x10, CAPABILITIES_SIZE = 0x14, KEYSTROKE_SIZE = 8 };

void hle_XamInputGetState(struct kernel *k, struct kernel_call *c)
{
    not_connected(k, c, kernel_arg(c, 2), STATE_SIZE);
}

void hle_XamInputGetCapabilities(struct kernel *k, struct kernel_call *c)
{
    not_connected(k, c, kernel_arg(c, 2), CAPABILITIES_SIZE);
}

void hle_XamInputGetCapabilitiesEx(struct kernel *k, struct kernel_call *c)
{
    if (kernel_arg(c, 0) > 1)
        c->result = WIN32_NOT_SUPPORTED;
    else if (kernel_arg(c, 3) == 0)
        c->result = WIN32_BAD_ARGUMENTS;
    else
        not_connected(k, c, kernel_arg(c, 3), CAPABILITIES_SIZE);
}

void hle_XamInputSetState(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    if (kernel_arg(c, 0) >= USERS)
        c->result = hresult_win32 | WIN32_NOT_CONNECTED;
    else
        c->result = kernel_arg(c, 2) ? WIN32_NOT_CONNECTED : WIN32_BAD_ARGUMENTS;
}

void hle_XamInputGetKeystroke(struct kernel *k, struct kernel_call *c)
{
    not_connected(k, c, kernel_arg(c, 2), KEYSTROKE_SIZE);
}

void hle_XamInputGetKeystrokeEx(struct kernel *k, struct kernel_call *c)
{
    not_connected(k, c, kernel_arg(c, 2), KEYSTROKE_SIZE);
}

void hle_XamVoiceCreate(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 2), 0);
    c->result = WIN32_ACCESS_DENIED;
}

void hle_XamVoiceHeadsetPresent(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamVoiceSubmitPacket(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0x800700AA; /* busy */
}

void hle_XamVoiceClose(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamVoiceIsActiveProcess(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}
