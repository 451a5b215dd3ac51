// How a lesson's cells look in `course lab`. Written by hand, in the form that JupyterLab loads
// (a container of webpack's module federation), so that the course needs no Node to be built.
const STYLE = `
.course-answer .jp-InputArea-editor { border-left: 6px solid #e69f00; background: rgba(230, 159, 0, 0.08) }
.course-check .jp-InputArea-editor { border-left: 6px solid #888; background: rgba(128, 128, 128, 0.16) }
@media screen {
  .course-long .jp-InputArea-editor:not(:focus-within) {
    max-height: 7.5em; overflow: hidden;
    mask-image: linear-gradient(to bottom, black 50%, transparent);
  }
  .course-long .jp-InputArea:not(:focus-within)::after {
    content: 'Click into the code to see all of it'; position: absolute; right: 0.8em; bottom: 0;
    font-size: var(--jp-ui-font-size1); color: var(--jp-ui-font-color2); pointer-events: none;
  }
  .course-long .jp-InputArea { position: relative }
}
`;
const LONG = 12; // lines of a figure's source, above which only the first are shown until it is entered

function dress(cell) {
  if (cell.model.type !== 'code') return;
  const marks = cell.model.getMetadata('nbgrader') || {};
  const tags = cell.model.getMetadata('tags') || [];
  const source = cell.model.sharedModel.getSource();
  const check = Boolean(marks.grade && !marks.solution);
  const figure = tags.includes('experiment') && /\bfigures\.(show|interactive)\(/.test(source);
  cell.toggleClass('course-answer', Boolean(marks.solution));
  cell.toggleClass('course-check', check);
  cell.toggleClass('course-long', figure && source.split('\n').length > LONG);
  if (check && cell.outputArea) {
    cell.outputArea.node.setAttribute('aria-live', 'polite'); // a screen reader says the verdict
  }
}

function tellOfKernel(app, panel, { oldValue, newValue }) {
  if (!oldValue || panel.isDisposed) return;
  for (const cell of panel.content.widgets) {
    for (const sliders of cell.node.querySelectorAll('.course-sliders')) {
      sliders.classList.add('jupyter-widgets-disconnected'); // JupyterLab marks them after a restart
    }
  }
  if (newValue) return;
  const message = // the notification shows no more than 140 characters
    `${panel.title.label} has no kernel now: one that is idle for an hour is shut down. ` +
    'Its variables are gone; choose Run All Cells.';
  app.commands.execute('apputils:notify', { message, type: 'info', options: { autoClose: false } });
}

const plugin = {
  id: 'course-desk:plugin',
  autoStart: true,
  activate: app => {
    const sheet = document.createElement('style');
    sheet.textContent = STYLE;
    document.head.append(sheet);
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: panel => {
        const all = () => panel.content.widgets.forEach(dress);
        panel.context.ready.then(all);
        panel.content.modelContentChanged.connect(all);
        panel.sessionContext.kernelChanged.connect((_, change) => tellOfKernel(app, panel, change));
      }
    });
  }
};

var _JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB = _JUPYTERLAB;
_JUPYTERLAB['course-desk'] = {
  init: () => undefined,
  get: () => Promise.resolve(() => ({ __esModule: true, default: plugin }))
};
