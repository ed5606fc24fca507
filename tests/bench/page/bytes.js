// The least that any reader must do: get all bytes of the file.
onmessage = async ({ data: file }) => {
  const reader = file.stream().getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
  }
  postMessage({ bytes });
};
postMessage("ready");
