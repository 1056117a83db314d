"""How values are worded: dates, times, lists, Korean particles, French elision. Words stand in `<language>.yaml`."""
