package main

func Example() {
	main()
	// Output:
	// log: started on :8080
	// server: GET /
	// server: GET /about
	// log: stopped after 2 requests
}
