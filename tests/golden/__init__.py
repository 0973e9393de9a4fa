"""States as released format versions wrote them; every later version reads them.

`v1/<Class>.bin` is what `to_bytes` returned, `v1/<Class>.json` says what the object is and does.
Files of a released version are never written again.
"""
