"""What makes a website of the chapters: pages run, claims computed and printed, the site built."""
