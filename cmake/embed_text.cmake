# Run by cycle360_embed(): FILES, separated by |, become C string literals in OUTPUT.

string(REPLACE "|" ";" files "${FILES}")
set(text "")
foreach(file IN LISTS files)
    file(READ "${file}" contents)
    string(REPLACE "\\" "\\\\" contents "${contents}")
    string(REPLACE "\"" "\\\"" contents "${contents}")
    string(REPLACE "?" "\\?" contents "${contents}") # no trigraphs
    string(REPLACE "\r" "\\r" contents "${contents}")
    string(REPLACE "\n" "\\n\"\n\"" contents "${contents}")
    get_filename_component(name "${file}" NAME_WE)
    string(APPEND text "EMBEDDED_TEXT(\"${name}\",\n\"${contents}\")\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}")
