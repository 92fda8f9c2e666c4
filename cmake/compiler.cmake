# What every file of the tree is compiled with.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON) # PIE; also lets address sanitizers place their shadow

# No -DNDEBUG: assert() costs nothing that shows, and a check that only runs in debug builds checks nobody's run.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_DEBUG "-O1 -g" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g" CACHE STRING "" FORCE)

set(CYCLE360_SANITIZE "" CACHE STRING "Sanitizers: 'address,undefined' or 'thread'")
set(CYCLE360_OPTIMIZE "" CACHE STRING "Optimization that overrides the build type's, such as -O0 (for comparing builds)")
option(CYCLE360_FUZZ "Build the libFuzzer targets; needs Clang" OFF)

# AVX2, BMI2 and friends, wherever the building machine has them itself. Results do not depend on it.
set(cycle360_can_v3 FALSE)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND NOT CMAKE_CROSSCOMPILING)
    include(CheckCSourceRuns)
    check_c_source_runs("
        int main(void)
        {
            __builtin_cpu_init();
            return !(__builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"bmi\") &&
                     __builtin_cpu_supports(\"bmi2\") && __builtin_cpu_supports(\"fma\"));
        }" CYCLE360_HOST_IS_V3)
    set(cycle360_can_v3 ${CYCLE360_HOST_IS_V3})
endif()
option(CYCLE360_X86_64_V3 "Compile for x86-64-v3 processors (2013 and later)" ${cycle360_can_v3})

add_library(cycle360_flags INTERFACE)
target_compile_definitions(cycle360_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_include_directories(cycle360_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(cycle360_flags INTERFACE
    -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wformat=2
    -Wimplicit-fallthrough -Wdate-time
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition>
    # One rounding per operation, as written: a fused multiply-add would change bits between builds.
    -ffp-contract=off
    # Compilers disagree about what type-based aliasing allows and no sanitizer finds a violation; GCC and Clang must
    # agree here bit for bit, so the question is taken away. Signed overflow stays undefined: UBSan does find that.
    -fno-strict-aliasing
    -fno-common
    -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_link_options(cycle360_flags INTERFACE -Wl,--as-needed) # no SystemC in what does not use it
if(CYCLE360_X86_64_V3)
    target_compile_options(cycle360_flags INTERFACE -march=x86-64-v3)
endif()
if(CYCLE360_OPTIMIZE)
    target_compile_options(cycle360_flags INTERFACE ${CYCLE360_OPTIMIZE})
endif()
if(CYCLE360_SANITIZE)
    target_compile_options(cycle360_flags INTERFACE -fsanitize=${CYCLE360_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(cycle360_flags INTERFACE -fsanitize=${CYCLE360_SANITIZE})
    if(CYCLE360_SANITIZE MATCHES "undefined")
        target_compile_options(cycle360_flags INTERFACE -fno-sanitize-recover=undefined)
    endif()
endif()
if(CYCLE360_FUZZ)
    target_compile_options(cycle360_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
