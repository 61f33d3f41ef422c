# cmake -P: PAGE, CommonMark, as HTML in OUT. Pages link to one another as files (name.md), so that they can be read in the
# sources too.
execute_process(COMMAND ${CMARK} ${PAGE} OUTPUT_VARIABLE html COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "(href=\"[a-z-]+)\\.md" "\\1.html" html "${html}")
file(WRITE ${OUT} "${html}")
