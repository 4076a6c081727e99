"""Languages: which there are, which one a person gets, how days and hours are said in each."""
