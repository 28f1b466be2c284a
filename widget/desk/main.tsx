/** The desk's entry: reads the document, draws, and asks the server who is here. */
import './styles/desk.css';
import { render } from 'preact';

const container = document.getElementById('desk');
if (container) render(<div />, container);
