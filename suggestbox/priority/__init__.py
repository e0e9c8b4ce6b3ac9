"""Who said it first: declined ideas are protected, looked at again, and credited when they are taken up after all."""
