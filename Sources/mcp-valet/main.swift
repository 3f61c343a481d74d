internal import Broker

// Synchronous on purpose: under an asynchronous entry point the children would inherit blocked
// signals, and every launch would pay for a thread pool.
EntryPoint.main()
