# Read by cpack: dependencies as dpkg-shlibdeps finds them in the programs. The embedded browser's plug-in only recommends
# what it needs; the window works without it.

function(needs component)
    set(place ${CPACK_POLYCLINIC_BIN_DIR}/../installer/needs-${component})
    file(WRITE ${place}/debian/control "Source: polyclinic\n\nPackage: ${component}\nArchitecture: any\n")
    execute_process(COMMAND dpkg-shlibdeps -O ${ARGN} WORKING_DIRECTORY ${place}
                    OUTPUT_VARIABLE out ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
    string(TOUPPER ${component} upper)
    foreach(field Depends Recommends)
        string(TOUPPER ${field} name)
        set(list "")
        if(out MATCHES "shlibs:${field}=([^\n]*)")
            set(list ${CMAKE_MATCH_1})
        endif()
        set(${component}_${name} ${list} PARENT_SCOPE)
    endforeach()
endfunction()

needs(polyclinicd ${CPACK_POLYCLINIC_BIN_DIR}/polyclinicd)
set(CPACK_DEBIAN_POLYCLINICD_PACKAGE_DEPENDS
    "${polyclinicd_DEPENDS}, postgresql-15, systemd | systemd-standalone-sysusers | systemd-sysusers, init-system-helpers (>= 1.54)")

if(EXISTS ${CPACK_POLYCLINIC_BIN_DIR}/polyclinic)
    set(plugin ${CPACK_POLYCLINIC_BIN_DIR}/plugins/polyclinic-portal-view.so)
    if(EXISTS ${plugin})
        set(plugin -dRecommends -e${plugin})
    else()
        set(plugin "")
    endif()
    needs(polyclinic -e${CPACK_POLYCLINIC_BIN_DIR}/polyclinic ${plugin})
    set(CPACK_DEBIAN_POLYCLINIC_PACKAGE_DEPENDS "${polyclinic_DEPENDS}, postgresql-15, qt6-wayland, fonts-noto-core")
    set(CPACK_DEBIAN_POLYCLINIC_PACKAGE_RECOMMENDS "${polyclinic_RECOMMENDS}")
endif()
