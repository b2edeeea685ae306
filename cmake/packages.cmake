# The Debian package of the program: cpack -G DEB. The library is for those who build it themselves.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "thresh")
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};thresh;program;/")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME thresh)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "thresh maintainers <maintainers@thresh.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# loaded when a log is in PostgreSQL
set(CPACK_DEBIAN_PACKAGE_SUGGESTS libpq5)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "judge whether a compressed model may replace its original")
set(CPACK_PACKAGE_DESCRIPTION "\
thresh reads what evaluation tools wrote for an original machine-learning
model and for a quantized, pruned or distilled one, applies the limits of
the scenario that the model will serve, and says accept, review or reject,
with the reason for every metric and the strength of the evidence.
.
It is used by hand, as a gate in continuous integration by its exit code,
and after a release.")
set(CPACK_THRESH_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_THRESH_DATE ${THRESH_DATE})
# what a package has besides what is installed
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian.cmake)
include(CPack)
