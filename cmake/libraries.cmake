# What the product stands on besides the C library. Debian 12 has all of it; tools/packages names the packages.

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)

# cycle360_find(TARGET HEADER LIBRARY PACKAGE): an imported library, or a sentence that says what to install.
function(cycle360_find target header library package)
    find_path(${target}_INCLUDE ${header})
    find_library(${target}_LIBRARY ${library})
    mark_as_advanced(${target}_INCLUDE ${target}_LIBRARY)
    if(NOT ${target}_INCLUDE OR NOT ${target}_LIBRARY)
        message(FATAL_ERROR "<${header}> or lib${library} is missing: on Debian, apt-get install ${package}")
    endif()
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
    target_link_libraries(${target} INTERFACE ${${target}_LIBRARY})
endfunction()

cycle360_find(systemc systemc systemc libsystemc-dev)
cycle360_find(gmp gmp.h gmp libgmp-dev)
cycle360_find(nettle nettle/sha2.h nettle nettle-dev)
cycle360_find(mspack mspack.h mspack libmspack-dev)

# OpenCL runs shaders where there is a loader and its headers; without it the interpreter does. Not with sanitizers: the
# devices' own threads and memory are not built with them.
option(CYCLE360_OPENCL "Run shaders on OpenCL devices, where <CL/cl.h> and a loader are installed" ON)
set(CYCLE360_HAS_OPENCL FALSE)
if(CYCLE360_OPENCL AND NOT CYCLE360_SANITIZE)
    find_package(OpenCL QUIET)
    set(CYCLE360_HAS_OPENCL ${OpenCL_FOUND})
endif()

# GTKWave's FST reader and writer come as sources in Debian's verilator package and are compiled where they lie.
set(CYCLE360_FST_DIR /usr/share/verilator/include/gtkwave CACHE PATH "Folder of GTKWave's fstapi.c")
foreach(file fstapi.c fstapi.h fastlz.c lz4.c fst_config.h)
    if(NOT EXISTS ${CYCLE360_FST_DIR}/${file})
        message(FATAL_ERROR "${CYCLE360_FST_DIR}/${file} is missing: on Debian, apt-get install verilator; "
            "elsewhere, point -DCYCLE360_FST_DIR at the folder that holds GTKWave's fstapi.c")
    endif()
endforeach()
add_library(fst STATIC ${CYCLE360_FST_DIR}/fstapi.c ${CYCLE360_FST_DIR}/fastlz.c ${CYCLE360_FST_DIR}/lz4.c)
target_compile_definitions(fst PRIVATE FST_CONFIG_INCLUDE="fst_config.h" _GNU_SOURCE)
target_compile_options(fst PRIVATE -w -fno-strict-aliasing)
set_target_properties(fst PROPERTIES C_EXTENSIONS ON)
target_include_directories(fst PRIVATE ${CYCLE360_FST_DIR})
target_include_directories(fst SYSTEM INTERFACE ${CYCLE360_FST_DIR})
target_link_libraries(fst PUBLIC ZLIB::ZLIB Threads::Threads)
if(CYCLE360_SANITIZE MATCHES "thread")
    # Its threads must be seen, or every hand-over of a buffer looks like a race.
    target_compile_options(fst PRIVATE -fsanitize=thread)
endif()
