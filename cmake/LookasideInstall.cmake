# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# Install rules: headers, both libraries, and what find_package and pkg-config read.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lookaside)
set(config_file ${PROJECT_BINARY_DIR}/lookasideConfig.cmake)
set(version_file ${PROJECT_BINARY_DIR}/lookasideConfigVersion.cmake)
set(pkg_config_file ${PROJECT_BINARY_DIR}/lookaside.pc)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/lookaside
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(TARGETS lookaside lookaside_static
    EXPORT lookaside
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET lookaside_wdk)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/wdk/include/
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lookaside-wdk
        FILES_MATCHING PATTERN "*.h")
endif()
foreach(library lookaside_wdk lookaside_nt)
    if(TARGET ${library})
        install(TARGETS ${library}
            EXPORT lookaside
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    endif()
endforeach()
if(LOOKASIDE_BUILD_DRIVERS)
    # For those who ask for it: it changes what a Windows program is linked with.
    install(FILES
        ${CMAKE_CURRENT_LIST_DIR}/LookasideDriver.cmake
        ${CMAKE_CURRENT_LIST_DIR}/LookasideRust.cmake
        ${CMAKE_CURRENT_LIST_DIR}/driver_no_constructors.ld
        DESTINATION ${package_dir})
endif()
if(LOOKASIDE_BUILD_TOOLS)
    # The command finds the library beside it, wherever the two are put.
    file(RELATIVE_PATH library_from_command
        ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
    set_target_properties(lookaside_command PROPERTIES
        INSTALL_RPATH "$ORIGIN/${library_from_command}")
endif()
install(EXPORT lookaside
    NAMESPACE lookaside::
    FILE lookasideTargets.cmake
    DESTINATION ${package_dir})

configure_package_config_file(
    ${CMAKE_CURRENT_LIST_DIR}/lookasideConfig.cmake.in ${config_file}
    INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(${version_file} COMPATIBILITY SameMinorVersion)
install(FILES ${config_file} ${version_file} DESTINATION ${package_dir})

# A prefix that is relative to the file survives being moved; absolute install directories stand as
# they are.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
# On Windows it speaks for the DLL.
set(pc_private_libraries -pthread)
set(pc_definitions "")
if(WIN32)
    set(pc_private_libraries "-lsynchronization -lntdll")
    set(pc_definitions " -DLOOKASIDE_DLL")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/lookaside.pc.in ${pkg_config_file} @ONLY)
install(FILES ${pkg_config_file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
