"""The request parameters of each question: one frozen model a question, from which every face takes them."""
