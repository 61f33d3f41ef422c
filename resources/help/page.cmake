# cmake -P: PAGE, CommonMark, as HTML in OUT. Pages link to one another as files (name.md), so that they can be read in the
# sources too.
execute_process(COMMAND ${CMARK} ${PAGE} OUTPUT_VARIABLE html COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "(href=\"[a-z-]+)\\.md" "\\1.html" html "${html}")
string(REGEX MATCH "<h1>([^\n]*)</h1>" title "${html}")
file(WRITE ${OUT} "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width\">\n<title>${CMAKE_MATCH_1} – Polyclinic</title>\n</head>\n<body>\n\
${html}</body>\n</html>\n")
