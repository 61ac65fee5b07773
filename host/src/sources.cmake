# The library's translation units, one list (no globbing). Paths are relative to host/.
set(batchgrad_sources
  src/error.cpp
)
