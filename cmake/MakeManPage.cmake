# cmake -DSOURCE=NAME.1.scd -DPROGRAM=... -DSCDOC=... -DOUTPUT=NAME.1 -P MakeManPage.cmake
# The line @OPTIONS@ of the source becomes the program's own option list.
execute_process(COMMAND ${PROGRAM} --help-scdoc
  OUTPUT_VARIABLE options RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --help-scdoc failed: ${result}")
endif()
file(READ ${SOURCE} text)
string(REPLACE "@OPTIONS@" "${options}" text "${text}")
file(WRITE ${OUTPUT}.scd "${text}")
execute_process(COMMAND ${SCDOC} INPUT_FILE ${OUTPUT}.scd OUTPUT_FILE ${OUTPUT}
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  file(REMOVE ${OUTPUT})
  message(FATAL_ERROR "scdoc refused ${SOURCE} with the options of ${PROGRAM}")
endif()
