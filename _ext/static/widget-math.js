// ipywidgets hands its labels to MathJax 2's queue, which MathJax 3 does not have.
if (window.MathJax) {
  MathJax.Hub = {
    Queue: ([, , element]) => MathJax.startup.promise.then(() => MathJax.typesetPromise([element])),
  };
}
