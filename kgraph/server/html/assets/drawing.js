// Asks again for the page that is being made: a reload keeps what the address selects.

const AGAIN = 1500; // milliseconds; the server answers as soon as it is made

setTimeout(() => location.reload(), AGAIN);
