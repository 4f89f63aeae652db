# cmake -DSOURCE=NAME.1.scd -DPROGRAM=... -DSCDOC=... -DGZIP=... -DOUTPUT=NAME.1 -P MakeManPage.cmake
# The line @OPTIONS@ of the source becomes the program's own option list. PROGRAM may be a list: an
# emulator with its options first. NAME.1.gz is made as well, without a time in it.
cmake_policy(SET CMP0007 NEW) # an empty item is one
list(REMOVE_ITEM PROGRAM "")
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
execute_process(COMMAND ${GZIP} -9nkf ${OUTPUT})
