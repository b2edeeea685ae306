# Run by cpack on the files of the package: what Debian's policy asks for besides.
set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
set(doc ${usr}/share/doc/thresh)

execute_process(COMMAND awk -f ${CPACK_THRESH_SOURCE}/cmake/changelog.awk ${CPACK_THRESH_SOURCE}/CHANGELOG.md
                OUTPUT_VARIABLE changes COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND date -u -R -d ${CPACK_THRESH_DATE} OUTPUT_VARIABLE date
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${doc}/changelog "thresh (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n${changes}
 -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}\n")
file(WRITE ${doc}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: thresh

Files: *
Copyright: 2026 the authors of thresh
License: GPL-3.0-or-later
 This program is free software: you can redistribute it and/or modify it under
 the terms of the GNU General Public License as published by the Free Software
 Foundation, either version 3 of the License, or (at your option) any later
 version.
 .
 On Debian systems, the text of version 3 of that licence is in
 /usr/share/common-licenses/GPL-3.
")

file(GLOB pages ${usr}/share/man/man*/*)
execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE files ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*)
foreach(file ${files})
  if(NOT file MATCHES "/bin/")
    file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endif()
endforeach()
