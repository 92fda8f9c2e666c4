# Text files inside the program.

set(CYCLE360_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)

# cycle360_embed(TARGET OUTPUT file...)
# Writes OUTPUT (to be included as "OUTPUT") with one line `EMBEDDED_TEXT("name", "contents")` for each file, where name
# is the file's name without its suffix, and builds it before TARGET.
function(cycle360_embed target output)
    set(generated ${CMAKE_CURRENT_BINARY_DIR}/${output})
    list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
    list(JOIN files "|" joined)
    add_custom_command(OUTPUT ${generated}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${generated} "-DFILES=${joined}" -P ${CYCLE360_EMBED_SCRIPT}
        DEPENDS ${files} ${CYCLE360_EMBED_SCRIPT} VERBATIM COMMENT "Embedding ${output}")
    target_sources(${target} PRIVATE ${generated})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
